import type { InFlightCount, QuietResult } from '@quietgate/core';
import type { DeploymentRecord } from '@quietgate/example-node-http/deployment-store';
import { phase0EndedAt } from '@quietgate/example-node-http/provisioning-run';
import type { Run } from './runs.ts';

/** What came of a deploy that did not ask, by the records on disk. */
export interface Ungated {
  readonly started: readonly Run[];
  /** When the old server had ended, in milliseconds of the wall clock, which the records have as well. */
  readonly killedAt: number;
  readonly records: readonly DeploymentRecord[];
}

/** What came of a deploy that asked first. */
export interface Gated extends Ungated {
  /** Each count that the deploy job was told, changes only. */
  readonly told: readonly InFlightCount[];
  /** When the first of them came, and when the gate ended. */
  readonly toldAt: number;
  readonly endedAt: number;
  readonly result: QuietResult;
}

/** Something that differs from what the replay claims. */
export interface Difference {
  readonly text: string;
  /** Whether it came too late to show anything, as on a machine that is too busy, and is not wrong in itself. */
  readonly late: boolean;
}

/** Lists in what the replay differs from what it claims; nothing, if all of it happened. */
export function differences(without: Ungated, withGate: Gated): Difference[] {
  return [
    ...without.started.flatMap((run) => expectAbandoned(run, without)),
    ...(isCutShort(withGate)
      ? [late(`the gate ended ${withGate.result.outcome} while runs were in flight`)]
      : [...expectToldAll(withGate), ...withGate.started.flatMap((run) => expectReady(run, withGate))]),
  ];
}

function expectAbandoned(run: Run, { records, killedAt }: Ungated): Difference[] {
  const record = recordOf(records, run);
  const named = String(record?.error).includes(`catalyst-deployment-id=${run.id}`);
  if (record?.status === 'failed' && named) return [];
  if (hadEndedBy(killedAt, record)) return [late(`${run.name} had left Phase 0 before the deploy came`)];
  return [
    wrong(`without the gate, ${run.name} should have failed and left orphans, but it is ${describe(record)}`),
  ];
}

function expectReady(run: Run, { records }: Gated): Difference[] {
  const record = recordOf(records, run);
  if (record?.status === 'ready' && record.error === undefined) return [];
  return [wrong(`with the gate, ${run.name} should have become ready, but it is ${describe(record)}`)];
}

/** Whether the answers, or the runs by their records, took longer than the gate waits. */
function isCutShort({ started, result, endedAt, records }: Gated): boolean {
  if (result.outcome === 'failed-open') return result.reason === 'request-timeout';
  return (
    result.outcome === 'timed-out' && !started.every((run) => hadEndedBy(endedAt, recordOf(records, run)))
  );
}

function expectToldAll({ started, records, told, toldAt, result }: Gated): Difference[] {
  const found: Difference[] = [];
  if (result.outcome !== 'quiet')
    found.push(wrong(`the gate should have ended quiet, but it ended ${result.outcome}`));
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
