import { MAX_IDLE_MS } from '../cordon/enter.ts';
import type { Connections, Queries } from '../database/database.ts';

/** A run as the table has it. */
export interface StoredRun {
  /** What the table knows it by; several runs may have the same id. */
  readonly run: string;
  readonly id: string;
  /** When its process last showed that it is alive, in milliseconds since 1970 of the database's clock. */
  readonly heartbeat_ms: number;
  /** The present of that clock. */
  readonly now_ms: number;
}

/** A run that a process is at. */
export type OwnRun = Pick<StoredRun, 'run' | 'id'>;

/** How long a transaction that removes runs waits for one that may still insert them, in milliseconds. */
const LOCK_TIMEOUT_MS = 2000;

/** The runs of dead processes stay for somebody to look at, but not for ever. */
const KEPT_MS = 24 * 3_600_000;

/** The runs of a parameter, a JSON array. */
const GIVEN = 'json_to_recordset($1::text::json) as given (run uuid, id text)';

export function listRuns(on: Connections<unknown>): Promise<StoredRun[]> {
  return on.query<StoredRun>(
    `select run, id, ${epochMs('heartbeat_at')} as heartbeat_ms, ${epochMs('clock_timestamp()')} as now_ms
    from quietgate_runs`,
  );
}

/** Inserts runs that are not there. */
export async function insertRuns(on: Queries, runs: readonly OwnRun[]): Promise<void> {
  await on.query(
    `insert into quietgate_runs (run, id) select run, id from ${GIVEN} on conflict do nothing returning run`,
    [JSON.stringify(runs)],
  );
}

/** Shows that the process of these runs is alive, and returns those that are not in the table. */
export async function showLife(on: Connections<unknown>, runs: readonly OwnRun[]): Promise<OwnRun[]> {
  const found = await on.query<{ readonly run: string }>(
    `update quietgate_runs set heartbeat_at = clock_timestamp()
    from ${GIVEN} where quietgate_runs.run = given.run returning quietgate_runs.run`,
    [JSON.stringify(runs)],
  );
  const there = new Set(found.map(({ run }) => run));
  return runs.filter(({ run }) => !there.has(run));
}

/** Removes runs whose insertion was committed. */
export async function removeRuns(on: Queries, runs: readonly OwnRun[]): Promise<void> {
  await on.query(
    `delete from quietgate_runs using ${GIVEN} where quietgate_runs.run = given.run returning given.run`,
    [JSON.stringify(runs)],
  );
}

/**
 * Removes runs of which it is not known whether their insertion was committed, or still may be: to insert them anew waits
 * for that transaction, which is over by then, or makes this one fail.
 */
export function removeUncertainRuns(on: Connections<unknown>, runs: readonly OwnRun[]): Promise<void> {
  return on.transaction(async (tx) => {
    await tx.execute(`
      set local lock_timeout = '${LOCK_TIMEOUT_MS}ms';
      set local idle_in_transaction_session_timeout = '${MAX_IDLE_MS}ms'`);
    await insertRuns(tx, runs);
    await removeRuns(tx, runs);
  });
}

/** Removes the runs of processes that died long ago. */
export async function removeForgottenRuns(on: Connections<unknown>, staleAfterMs: number): Promise<void> {
  await on.query(
    `delete from quietgate_runs
    where heartbeat_at < clock_timestamp() - $1::text::float8 * interval '1 ms' returning run`,
    [String(Math.max(KEPT_MS, 2 * staleAfterMs))],
  );
}

function epochMs(time: string): string {
  return `(extract(epoch from ${time}) * 1000)::float8`;
}
