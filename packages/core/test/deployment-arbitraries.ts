import { fc, unicodeString } from '@quietgate/testkit/property';
import type { Deployment, DeploymentClass } from '@quietgate/core';

/** A deployment, and the class that it was made to have. */
export interface KnownDeployment {
  readonly deployment: Deployment;
  readonly expected: DeploymentClass;
}

const idArb = fc.oneof(unicodeString(), fc.stringMatching(/^[0-9a-f]{16}$/));

const DAY_MS = 86_400_000;
const FIRST_MS = Date.UTC(1971, 0);
const END_MS = Date.UTC(9000, 0);

/** Midnights of the years 1971 to 8999. */
const dayArb = fc
  .integer({ min: FIRST_MS / DAY_MS, max: END_MS / DAY_MS - 1 })
  .map((days) => new Date(days * DAY_MS));

/** Values that prove that a deployment has been adopted: times of the years 1971 to 8999, and texts that begin with the date. */
export const adoptedAtArb: fc.Arbitrary<Date | string> = fc.oneof(
  fc.date({ min: new Date(FIRST_MS), max: new Date(END_MS - 1), noInvalidDate: true }),
  fc.tuple(dayArb, unicodeString()).map(([day, rest]) => day.toISOString().slice(0, 10) + rest),
);

/** Values that do not, of all kinds: zero times, days that are in no calendar, and what is no time at all. */
export const notAdoptedAtArb = fc.oneof(
  fc.constantFrom<unknown[]>(undefined, null, '', ' ', 'null', '0', 0, 1, 1.8e12, false, true, {}, [], 5n),
  fc.date({ max: new Date(FIRST_MS - 1) }),
  fc.date({ min: new Date(END_MS) }),
  fc.constant(new Date(NaN)),
  fc
    .date({ min: new Date('0000-01-01'), max: new Date(FIRST_MS - 1), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.constantFrom(
    '0000-00-00',
    '0000-00-00 00:00:00',
    '2026-00-10',
    '2026-13-01',
    '2026-05-00',
    '2026-05-32',
  ),
  fc.constantFrom(
    '2026-02-30',
    '2025-02-29',
    '2100-02-29',
    '2026-04-31T00:00:00Z',
    '+002026-05-17',
    '20260517',
  ),
  fc.constantFrom(
    '2026-5-17',
    '2026-05',
    '2026/05/17',
    '17.05.2026',
    ' 2026-05-17',
    '２０２６-05-17',
    '10000-01-01',
    '9000-01-01',
    '9999-12-31T23:59:59Z',
  ),
  fc.string().filter((text) => !/^\d{4}-/.test(text)),
) as fc.Arbitrary<Deployment['adoptedAt']>;

export const phase0Arb = knownArb(
  'phase-0',
  fc.constantFrom('pending', 'provisioning', 'tofu-applying', 'flux-bootstrapping'),
);

/** Deployments that do not block, each for another reason. */
export const idleArb = fc.oneof(
  knownArb('phase-1', fc.constant('phase1-watching')),
  knownArb('terminal', fc.constantFrom('ready', 'failed', 'partial-failure', 'wiped')),
  knownArb('adopted', fc.constant('adopted')),
  knownArb('adopted', fc.constantFrom('pending', 'provisioning', 'tofu-applying', 'ready'), adoptedAtArb),
  knownArb('unknown', fc.constantFrom('wiping', 'Pending', ' pending', '', '__proto__', 'constructor')),
);

export const deploymentArb = fc.oneof(phase0Arb, idleArb);

function knownArb(
  expected: DeploymentClass,
  status: fc.Arbitrary<string>,
  adoptedAt: fc.Arbitrary<Deployment['adoptedAt']> = notAdoptedAtArb,
): fc.Arbitrary<KnownDeployment> {
  return fc.record({
    deployment: fc.record({ id: idArb, status, adoptedAt }),
    expected: fc.constant(expected),
  });
}
