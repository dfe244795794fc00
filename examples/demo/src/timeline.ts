import { phase0EndedAt } from '@quietgate/example-node-http/provisioning-run';
import type { Deployed } from './deploys.ts';

/**
 * Draws deploys over time as text, one below the other: how many runs were in progress that a restart would destroy, when
 * the light turned green (`G`), when the rollout came (`R`), and while a cordon was up (`░`), from when new runs were refused.
 *
 * @param deploys with their names, which have a column of this width
 */
export function drawTimeline(
  deploys: ReadonlyMap<string, Deployed>,
  nameColumns: number,
  columns: number,
): string[] {
  const all = [...deploys.values()];
  const endMs = Math.max(
    ...all.flatMap((deploy) => spansOf(deploy).map(({ until }) => until)),
    ...all.map(rollOf),
  );
  const stepMs = Math.ceil((endMs + 1) / columns);
  const rows = [...deploys].flatMap(([name, deploy]) => {
    const spans = spansOf(deploy);
    const { gate, startedAt } = deploy;
    const inProgress = cells(columns, stepMs, (from, to) => {
      const isNow = (at: number) => from <= at - startedAt && at - startedAt < to;
      if (isNow(deploy.rolledAt)) return 'R';
      if (gate !== undefined && isNow(gate.greenAt)) return 'G';
      const count = spans.filter((span) => span.from < to && span.until > from).length;
      return count === 0 ? '·' : String(count);
    });
    if (gate?.cordonedUntil === undefined) return [name.padEnd(nameColumns) + inProgress];
    const cordon = { from: gate.askedAt - startedAt, until: gate.cordonedUntil - startedAt };
    const refused = cells(columns, stepMs, (from, to) =>
      cordon.from < to && cordon.until > from ? '░' : ' ',
    );
    return [
      name.padEnd(nameColumns) + inProgress,
      `${'  new runs are refused'.padEnd(nameColumns)}${refused}`.trimEnd(),
    ];
  });
  return [...rows, `${' '.repeat(nameColumns)}0 s${`${(endMs / 1000).toFixed(1)} s`.padStart(columns - 3)}`];
}

/** From when until when, since the deploy began, each run was in progress that a restart would destroy. */
function spansOf({ records, rolledAt, startedAt }: Deployed): readonly { from: number; until: number }[] {
  return records.map((record) => ({
    from: Date.parse(String(record.startedAt)) - startedAt,
    until: (phase0EndedAt(record) ?? rolledAt) - startedAt,
  }));
}

function rollOf({ rolledAt, startedAt }: Deployed): number {
  return rolledAt - startedAt;
}

function cells(columns: number, stepMs: number, cell: (from: number, to: number) => string): string {
  return Array.from({ length: columns }, (_, column) => cell(column * stepMs, (column + 1) * stepMs)).join(
    '',
  );
}
