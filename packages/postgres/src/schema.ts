import { MAX_IDLE_MS } from './cordon/enter.ts';
import type { Statements } from './database/database.ts';
import { databaseOf, type PostgresDatabase } from './database/database-of.ts';
import { inTime } from './database/reach.ts';

/**
 * The table of leases, for your migrations. It may be applied again. A lease that has ended stays for a while: of one that
 * was lifted no renewal is granted, and `up_since` is when the row of times up began in which it stands.
 */
export const CORDON_SCHEMA: string = `
  create table if not exists cordon_leases (
    id text primary key,
    holder text not null check (holder <> '*'),
    up_since timestamptz not null,
    ends_at timestamptz not null,
    is_lifted boolean not null default false
  );`.trim();

/**
 * A trigger function that notifies a channel, its argument, for your migrations. It may be applied again. PostgreSQL sends
 * the notification when the transaction commits, so that whoever hears of a change also sees it.
 *
 * @example
 * create trigger run_ended after delete on runs
 *   for each row execute function notify_channel('runs');
 */
export const CHANGES_SCHEMA: string = `
  create or replace function notify_channel() returns trigger language plpgsql as $$
  begin
    perform pg_notify(tg_argv[0], '');
    return null;
  end $$;`.trim();

/** The channel that is notified when a run has begun or ended. */
export const RUNS_CHANNEL = 'quietgate_runs';

/**
 * The table of runs in flight, a row for each, with all that it needs: `CORDON_SCHEMA` and `CHANGES_SCHEMA` are part of it.
 * For your migrations; it may be applied again. Needs PostgreSQL 14 or newer.
 */
export const RUNS_SCHEMA: string = `${CORDON_SCHEMA}
  ${CHANGES_SCHEMA}
  create table if not exists quietgate_runs (
    run uuid primary key,
    id text not null,
    begun_at timestamptz not null default clock_timestamp(),
    heartbeat_at timestamptz not null default clock_timestamp()
  );
  create or replace trigger quietgate_runs_changed after insert or delete on quietgate_runs
    for each row execute function notify_channel('${RUNS_CHANNEL}');`.trim();

/**
 * Creates the tables where they are missing. Replicas that start at the same time may all call it, and each may do so at
 * every start.
 *
 * @throws Error when the database does not answer within 10 s
 * @throws TypeError when `db` is neither a `Pool` of `pg` nor a client of `postgres`
 *
 * @example
 * const pool = new Pool({ connectionString: process.env.DATABASE_URL });
 * await applySchema(pool);
 */
export async function applySchema(db: PostgresDatabase): Promise<void> {
  const database = databaseOf(db);
  await inTime((signal) => database.transaction(createMissing, signal));
}

async function createMissing(tx: Statements): Promise<void> {
  await tx.execute(`
    set local idle_in_transaction_session_timeout = '${MAX_IDLE_MS}ms';
    select pg_advisory_xact_lock(hashtext('quietgate schema'))`);
  // What is there is left alone: a trigger cannot be replaced while a run begins.
  const [{ is_there }] = (await tx.query(`
    select exists (
      select from pg_trigger
      where tgname = 'quietgate_runs_changed' and tgrelid = to_regclass('quietgate_runs')
    ) and to_regclass('cordon_leases') is not null as is_there`)) as [{ readonly is_there: boolean }];
  if (!is_there) await tx.execute(RUNS_SCHEMA);
}
