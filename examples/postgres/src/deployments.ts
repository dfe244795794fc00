import { randomBytes } from 'node:crypto';
import { type Deployment, IN_FLIGHT_STATUSES, STATUS_TABLE } from '@quietgate/core';
import { CHANGES_SCHEMA, CORDON_SCHEMA } from '@quietgate/postgres';
import type { Sql, TransactionSql } from 'postgres';

/** A run in flight, as a listing reads it. */
export interface RunInFlight extends Deployment {
  /** When its process last showed that it is alive, by the database's clock. */
  readonly heartbeatAt: Date;
  /** The present of that clock. */
  readonly listedAt: Date;
}

/** The channel that is notified when a run ceases to be in flight. */
export const CHANNEL = 'deployments_in_flight';

/**
 * Literals and no parameter: the planner takes a partial index only where it can prove that the query wants nothing else.
 * Whether `adopted_at` makes a run harmless is left to `classifyDeployment`.
 */
const IS_IN_FLIGHT = `status in (${quote(IN_FLIGHT_STATUSES)})`;

const SCHEMA = `
  create table deployments (
    id text primary key,
    name text not null,
    status text not null check (status in (${quote(Object.keys(STATUS_TABLE))})),
    adopted_at timestamptz,
    heartbeat_at timestamptz not null default clock_timestamp()
  );
  create index deployments_in_flight on deployments (id) where ${IS_IN_FLIGHT};
  ${CORDON_SCHEMA}
  ${CHANGES_SCHEMA}
  create trigger run_ended after update of status, adopted_at on deployments
    for each row when (old.${IS_IN_FLIGHT} and (not new.${IS_IN_FLIGHT} or new.adopted_at is not null))
    execute function notify_channel('${CHANNEL}');
  create trigger run_deleted after delete on deployments
    for each row when (old.${IS_IN_FLIGHT})
    execute function notify_channel('${CHANNEL}')`;

/** Creates the tables where they are missing, however many replicas start at the same time. */
export async function createTables(sql: Sql): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtext('create tables'))`;
    const [found] = await tx`select to_regclass('deployments') as table`;
    if (found?.['table'] === null) await tx.unsafe(SCHEMA);
  });
}

/** The query of a listing. */
export function selectInFlight(sql: Sql) {
  return sql<RunInFlight[]>`
    select id, status, adopted_at as "adoptedAt", heartbeat_at as "heartbeatAt", now() as "listedAt"
    from deployments where ${sql.unsafe(IS_IN_FLIGHT)}`;
}

/** Lists what is in flight. Give it up by the signal, and the database stops too. */
export async function listInFlight(sql: Sql, signal: AbortSignal): Promise<RunInFlight[]> {
  const query = selectInFlight(sql);
  signal.addEventListener('abort', () => {
    query.cancel();
  });
  return query;
}

/** Inserts a run, which is in flight from the commit on. */
export async function insertDeployment(tx: TransactionSql, name: string): Promise<Deployment> {
  const deployment = { id: randomBytes(8).toString('hex'), status: 'pending' };
  await tx`insert into deployments ${tx({ ...deployment, name })}`;
  return deployment;
}

export async function findDeployment(sql: Sql, id: string): Promise<Deployment | undefined> {
  const [found] = await sql<Deployment[]>`
    select id, name, status, adopted_at as "adoptedAt" from deployments where id = ${id}`;
  return found;
}

/** Moves deployments on, with a heartbeat, if they are at one of the given statuses; returns how many were. */
export async function moveDeployments(
  sql: Sql,
  ids: readonly string[],
  from: readonly string[],
  to: string,
): Promise<number> {
  const moved = await sql`
    update deployments set status = ${to}, heartbeat_at = clock_timestamp()
    where id in ${sql(ids)} and status in ${sql(from)}`;
  return moved.count;
}

/** Shows that the process that works on these runs lives. */
export async function beat(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql`update deployments set heartbeat_at = clock_timestamp() where id in ${sql(ids)}`;
}

function quote(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ');
}
