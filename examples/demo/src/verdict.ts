import type { InFlightCount, QuietResult } from '@quietgate/core';
import type { DeploymentRecord } from '@quietgate/example-node-http/deployment-store';
import { phase0EndedAt } from '@quietgate/example-node-http/provisioning-run';
import type { Refusal, Run } from './runs.ts';

/** What came of a deploy that did not ask, by the records on disk. */
export interface Ungated {
  readonly started: readonly Run[];
  /** When the old server had ended, in milliseconds of the wall clock, which the records have as well. */
  readonly killedAt: number;
  readonly records: readonly DeploymentRecord[];
}

/** Who blocks new runs, as the server and its refusal name it. */
export const HOLDER = 'deploy-bot';

/** What came of a deploy that asked first. */
export interface Gated extends Ungated {
  /** Each count that the deploy job was told, changes only. */
  readonly told: readonly InFlightCount[];
  /** When the first of them came, and when the gate ended. */
  readonly toldAt: number;
  readonly endedAt: number;
  readonly result: QuietResult;
}

/** What came of a deploy that asked first, and of a run that started after the green light. */
export interface LateRun extends Ungated {
  readonly result: QuietResult;
}

/** What came of a deploy that blocked new runs, and of a run that was to start after the green light. */
export interface Cordoned extends LateRun {
  /** When the gate ended, and when the server answered the first try, by the wall clock. */
  readonly endedAt: number;
  readonly answeredAt: number;
  /** What it answered. */
  readonly first: Run | Refusal;
}

/** All deploys of the replay. */
export interface Deploys {
  readonly without: Ungated;
  readonly withGate: Gated;
  readonly lateRun: LateRun;
  readonly cordoned: Cordoned;
}

/** Something that differs from what the replay claims. */
export interface Difference {
  readonly text: string;
  /** Whether it came too late to show anything, as on a machine that is too busy, and is not wrong in itself. */
  readonly late: boolean;
}

/** Lists in what the replay differs from what it claims; nothing, if all of it happened. */
export function differences({ without, withGate, lateRun, cordoned }: Deploys): Difference[] {
  return [
    ...without.started.flatMap((run) => expectAbandoned('without the gate', run, without)),
    ...(isCutShort(withGate)
      ? [late(`the gate ended ${withGate.result.outcome} while runs were in flight`)]
      : [
          ...expectQuiet('the gate', withGate),
          ...expectToldAll(withGate),
          ...withGate.started.flatMap((run) => expectReady('with the gate', run, withGate)),
        ]),
    ...expectQuiet('the gate without the cordon', lateRun),
    ...lateRun.started.flatMap((run) => expectAbandoned('without the cordon', run, lateRun)),
    ...expectQuiet('the gate with the cordon', cordoned),
    ...expectRefused(cordoned),
    ...cordoned.started.flatMap((run) => expectReady('with the cordon', run, cordoned)),
  ];
}

function expectQuiet(who: string, { result }: LateRun): Difference[] {
  return result.outcome === 'quiet'
    ? []
    : [wrong(`${who} should have ended quiet, but it ended ${result.outcome}`)];
}

function expectRefused({ result: { cordon }, first, endedAt, answeredAt }: Cordoned): Difference[] {
  if (cordon?.up !== true) return [wrong('the cordon should have been up at the green light')];
  if ('id' in first) {
    return answeredAt - endedAt >= cordon.remainingMs
      ? [late(`the lease was over before ${first.name} came`)]
      : [wrong(`under the cordon, ${first.name} should have been refused`)];
  }
  const { status, holders, retryAfterMs } = first;
  const isAsTold = status === 503 && holders.join(' ') === HOLDER && retryAfterMs > 0;
  return isAsTold ? [] : [wrong(`the refusal should say when to try again, and name ${HOLDER}`)];
}

function expectAbandoned(when: string, run: Run, { records, killedAt }: Ungated): Difference[] {
  const record = recordOf(records, run);
  const named = String(record?.error).includes(`catalyst-deployment-id=${run.id}`);
  if (record?.status === 'failed' && named) return [];
  if (hadEndedBy(killedAt, record)) return [late(`${run.name} had left Phase 0 before the deploy came`)];
  return [wrong(`${when}, ${run.name} should have failed and left orphans, but it is ${describe(record)}`)];
}

function expectReady(when: string, run: Run, { records }: Ungated): Difference[] {
  const record = recordOf(records, run);
  if (record?.status === 'ready' && record.error === undefined) return [];
  return [wrong(`${when}, ${run.name} should have become ready, but it is ${describe(record)}`)];
}

/** Whether the answers, or the runs by their records, took longer than the gate waits. */
function isCutShort({ started, result, endedAt, records }: Gated): boolean {
  if (result.outcome === 'failed-open') return result.reason === 'request-timeout';
  return (
    result.outcome === 'timed-out' && !started.every((run) => hadEndedBy(endedAt, recordOf(records, run)))
  );
}

function expectToldAll({ started, records, told, toldAt }: Gated): Difference[] {
  const found: Difference[] = [];
  const counts = told.map(({ count }) => count);
  const falls = counts.every((count, index) => index === 0 || count < (counts[index - 1] ?? 0));
  if (counts[0] === 0 || counts.at(-1) !== 0 || !falls) {
    found.push(wrong(`the deploy job should have been told less and less, then 0, not ${counts.join(', ')}`));
  }
  const first = told[0]?.ids ?? [];
  const untold = started.filter(({ id }) => !first.includes(id));
  for (const run of untold) {
    found.push(
      hadEndedBy(toldAt, recordOf(records, run))
        ? late(`${run.name} had left Phase 0 before the deploy job asked`)
        : wrong(`the deploy job should first have been told of ${run.name}`),
    );
  }
  if (first.length + untold.length !== started.length)
    found.push(wrong(`the deploy job should have been told of the runs alone, not of "${first.join(' ')}"`));
  return found;
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
