import type { InFlightCount, QuietResult } from '@quietgate/core';
import type { DeploymentRecord } from '@quietgate/example-node-http/deployment-store';

/** What came of a deploy that did not ask, as the records on disk tell. */
export interface Ungated {
  readonly started: readonly string[];
  readonly records: readonly DeploymentRecord[];
}

/** What came of a deploy that asked first. */
export interface Gated extends Ungated {
  /** Each count that the deploy job was told, changes only. */
  readonly told: readonly InFlightCount[];
  readonly result: QuietResult;
}

/** Lists in what the replay differs from what it claims; nothing, if all of it happened. */
export function differences(without: Ungated, withGate: Gated): string[] {
  return [
    ...without.started.flatMap((id) => expectAbandoned(id, recordOf(without, id))),
    ...expectToldAll(withGate),
    ...withGate.started.flatMap((id) => expectReady(id, recordOf(withGate, id))),
  ];
}

function expectAbandoned(id: string, record: DeploymentRecord | undefined): string[] {
  const named = String(record?.error).includes(`catalyst-deployment-id=${id}`);
  if (record?.status === 'failed' && named) return [];
  return [`without the gate, ${id} should have failed and left orphans, but it is ${describe(record)}`];
}

function expectReady(id: string, record: DeploymentRecord | undefined): string[] {
  if (record?.status === 'ready' && record.error === undefined) return [];
  return [`with the gate, ${id} should have become ready, but it is ${describe(record)}`];
}

function expectToldAll({ started, told, result }: Gated): string[] {
  const problems: string[] = [];
  if (result.outcome !== 'quiet')
    problems.push(`the gate should have ended quiet, but it ended ${result.outcome}`);
  const counts = told.map(({ count }) => count);
  const falls = counts.every((count, index) => index === 0 || count < (counts[index - 1] ?? 0));
  if (counts[0] !== started.length || counts.at(-1) !== 0 || !falls) {
    problems.push(
      `the deploy job should have been told ${started.length}, then less, then 0, but it was told ${counts.join(', ')}`,
    );
  }
  const first = told[0]?.ids.join(' ') ?? '';
  if (first !== [...started].sort().join(' ')) {
    problems.push(
      `the deploy job should first have been told all ${started.length} ids, but it was told "${first}"`,
    );
  }
  return problems;
}

function recordOf({ records }: Ungated, id: string): DeploymentRecord | undefined {
  return records.find((record) => record.id === id);
}

function describe(record: DeploymentRecord | undefined): string {
  return record === undefined ? 'gone' : record.status;
}
