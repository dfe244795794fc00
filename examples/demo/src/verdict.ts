import type { DeploymentRecord } from '@quietgate/example-node-http/deployment-store';
import { phase0EndedAt } from '@quietgate/example-node-http/provisioning-run';
import type { Deployed, DeployName, Gated } from './deploys.ts';
import type { Run } from './runs.ts';

/** Something that differs from what the replay claims. */
export interface Difference {
  readonly text: string;
  /** Whether it came too late to show anything, as on a machine that is too busy, and is not wrong in itself. */
  readonly late: boolean;
}

/** What is claimed of the run that is wanted between the green light and the rollout. */
const CLAIMS: Readonly<Record<DeployName, { isRefused: boolean; becomes: 'failed' | 'ready' } | undefined>> =
  {
    'no gate': undefined,
    gate: { isRefused: false, becomes: 'failed' },
    'gate, and a lease by guess': { isRefused: true, becomes: 'failed' },
    'gate, held to the end': { isRefused: true, becomes: 'ready' },
  };

/** Lists in what the replay differs from what it claims; nothing, if all of it happened. */
export function differences(deploys: ReadonlyMap<DeployName, Deployed>): Difference[] {
  return [...deploys].flatMap(([name, deploy]) => {
    const { gate, runs } = deploy;
    const claim = CLAIMS[name];
    if (gate === undefined || claim === undefined)
      return runs.flatMap((run) => expectAbandoned(name, run, deploy));
    if (isCutShort(deploy, gate))
      return [late(`${name}: it ended ${gate.result.outcome} while runs were in progress`)];
    return [
      ...expectQuiet(name, gate),
      ...expectAllCounted(name, deploy, gate),
      ...runs.flatMap((run) => expectReady(name, run, deploy)),
      ...expectLateRun(name, deploy, gate, claim),
    ];
  });
}

function expectQuiet(name: string, { result }: Gated): Difference[] {
  return result.outcome === 'quiet'
    ? []
    : [wrong(`${name}: it should have ended quiet, not ${result.outcome}`)];
}

function expectAllCounted(
  name: string,
  { runs, records }: Deployed,
  { counts, askedAt }: Gated,
): Difference[] {
  const numbers = counts.map(({ count }) => count);
  const falls = numbers.every((count, index) => index === 0 || count < (numbers[index - 1] ?? 0));
  const first = counts[0]?.ids ?? [];
  return [
    ...(falls && numbers[0] !== 0 && numbers.at(-1) === 0
      ? []
      : [wrong(`${name}: the counts should have fallen to 0, not been ${numbers.join(', ')}`)]),
    ...runs
      .filter(({ id }) => !first.includes(id))
      .map((run) =>
        hadEndedBy(askedAt, recordOf(records, run))
          ? late(`${name}: ${run.name} had left Phase 0 before the deploy job asked`)
          : wrong(`${name}: the first count should have listed ${run.name}`),
      ),
  ];
}

function expectLateRun(
  name: string,
  deploy: Deployed,
  { late: run, cordonedUntil }: Gated,
  claim: { readonly isRefused: boolean; readonly becomes: 'failed' | 'ready' },
): Difference[] {
  const record = recordOf(deploy.records, run);
  const startedAt = Date.parse(String(record?.startedAt));
  if (claim.isRefused && run.refusals === 0) {
    return cordonedUntil !== undefined && startedAt >= cordonedUntil
      ? [late(`${name}: the lease was over before ${run.name} came`)]
      : [wrong(`${name}: ${run.name} should have been refused at first`)];
  }
  if (claim.becomes === 'failed') return expectAbandoned(name, run, deploy);
  return [
    ...(startedAt < deploy.rolledAt
      ? [wrong(`${name}: ${run.name} should have started after the rollout`)]
      : []),
    ...expectReady(name, run, deploy),
  ];
}

function expectAbandoned(name: string, run: Run, { records, rolledAt }: Deployed): Difference[] {
  const record = recordOf(records, run);
  const isNamed = String(record?.error).includes(`catalyst-deployment-id=${run.id}`);
  if (record?.status === 'failed' && isNamed) return [];
  if (hadEndedBy(rolledAt, record))
    return [late(`${name}: ${run.name} had left Phase 0 before the rollout came`)];
  return [wrong(`${name}: ${run.name} should have failed and left orphans, but it is ${describe(record)}`)];
}

function expectReady(name: string, run: Run, { records }: Deployed): Difference[] {
  const record = recordOf(records, run);
  if (record?.status === 'ready' && record.error === undefined) return [];
  return [wrong(`${name}: ${run.name} should have become ready, but it is ${describe(record)}`)];
}

/** Whether the responses, or the runs by their records, took longer than the gate waits. */
function isCutShort({ runs, records }: Deployed, { result, greenAt }: Gated): boolean {
  if (result.outcome === 'failed-open') return result.reason === 'request-timeout';
  return result.outcome === 'timed-out' && !runs.every((run) => hadEndedBy(greenAt, recordOf(records, run)));
}

function wrong(text: string): Difference {
  return { text, late: false };
}

function late(text: string): Difference {
  return { text, late: true };
}

function hadEndedBy(time: number, record: DeploymentRecord | undefined): boolean {
  const endedAt = record && phase0EndedAt(record);
  return endedAt !== undefined && endedAt <= time;
}

function recordOf(records: readonly DeploymentRecord[], { id }: Run): DeploymentRecord | undefined {
  return records.find((record) => record.id === id);
}

function describe(record: DeploymentRecord | undefined): string {
  return record === undefined ? 'gone' : record.status;
}
