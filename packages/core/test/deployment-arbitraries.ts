import { fc } from '@quietgate/testkit/property';
import type { Deployment, DeploymentClass } from '@quietgate/core';

/** A deployment, and the class that it was made to have. */
export interface KnownDeployment {
  readonly deployment: Deployment;
  readonly expected: DeploymentClass;
}

const idArb = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9a-f]{16}$/));

/** Values that say that a deployment has been adopted. */
export const adoptedAtArb = fc.oneof(fc.date(), fc.string({ minLength: 1 }));

/** Values that say that it has not. */
export const notAdoptedAtArb = fc.constantFrom(undefined, null, '');

export const phase0Arb = knownArb(
  'phase-0',
  fc.constantFrom('pending', 'provisioning', 'tofu-applying', 'flux-bootstrapping'),
);

/** Deployments that do not block, each for another reason. */
export const idleArb = fc.oneof(
  knownArb('phase-1', fc.constant('phase1-watching')),
  knownArb('terminal', fc.constantFrom('ready', 'failed', 'wiped')),
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
