import { randomUUID } from 'node:crypto';
import { type Cordon, CordonRefused, type Lease } from '@quietgate/core';
import type { Sql, TransactionSql } from 'postgres';

/** Options of `createPostgresCordon`, with the meanings and defaults of `createCordon` where the names are the same. */
export interface PostgresCordonOptions {
  /** The longest that the cordon is up in a row, whoever renews, in milliseconds. @default 3_600_000 */
  readonly maxUpMs?: number;
  /** How long the cordon has to be down until a row is over, in milliseconds. @default 60_000 */
  readonly restMs?: number;
  /**
   * The longest that a run waits for leases and a lease for runs, in milliseconds: a transaction that was left open must
   * not hold up every start. Below the 5 s that `deployCordon` gives a cordon. @default 2_000
   */
  readonly lockTimeoutMs?: number;
}

/** A cordon that replicas share. Its methods work unbound. */
export interface PostgresCordon extends Cordon {
  /**
   * Runs `work` in a transaction in which no lease lasts and none begins: the one door to Phase 0, for a new run, a retry
   * and a resume alike. Keep it short, since a deploy waits for it: insert the record, and return.
   *
   * @throws RunRefused while the cordon is up
   * @throws PostgresError with the code `55P03` when a lease was waited for longer than `lockTimeoutMs`
   */
  readonly admit: <T>(work: (tx: TransactionSql) => Promise<T>) => Promise<T>;
  readonly raise: (holder: string, leaseMs: number, renews?: string) => Promise<Lease>;
  readonly lift: (holder: string) => Promise<void>;
  readonly remainingMs: () => Promise<number>;
  readonly holders: () => Promise<readonly string[]>;
}

/** What `admit` throws: a run that starts now would not outlive the deploy that is about to come. */
export class RunRefused extends Error {
  override readonly name: string = 'RunRefused';
  /** Milliseconds until the cordon comes down by itself. */
  readonly remainingMs: number;
  /** Whose leases keep it up. */
  readonly holders: readonly string[];

  constructor(remainingMs: number, holders: readonly string[]) {
    super('a deploy is about to restart the server, so no run starts now');
    this.remainingMs = remainingMs;
    this.holders = holders;
  }
}

/**
 * The table of leases, for your migrations. A lease that has ended stays for a while: of one that was lifted no renewal
 * is granted, and `up_since` is when the row of times up began in which it stands.
 */
export const CORDON_SCHEMA = `
  create table cordon_leases (
    id text primary key,
    holder text not null check (holder <> '*'),
    up_since timestamptz not null,
    ends_at timestamptz not null,
    is_lifted boolean not null default false
  )`;

/** A lease for less is of no use to anybody: the wire counts in whole seconds. */
const MIN_LEASE_MS = 1000;

/**
 * Makes a cordon over a table that replicas share, with the rules of `createCordon`, on the database's clock. A lease
 * outlasts the processes of its server.
 *
 * Runs and leases are serialised by an advisory lock, which runs share and a lease has for itself. Without it two
 * transactions would pass each other: a run that saw no lease and a lease that saw no run, committed both.
 *
 * @example
 * const cordon = createPostgresCordon(sql);
 * await app.register(deployCordon, { cordon, authorize: process.env.CORDON_TOKEN ?? '' });
 * await cordon.admit((tx) => tx`insert into deployments (id, status) values (${id}, 'pending')`);
 */
export function createPostgresCordon(sql: Sql, options: PostgresCordonOptions = {}): PostgresCordon {
  const { maxUpMs = 3_600_000, restMs = 60_000, lockTimeoutMs = 2_000 } = options;

  /** The lock comes in a statement of its own: the next one sees what was committed while this one waited. */
  const locked = async <T>(lock: 'shared' | 'exclusive', work: (tx: TransactionSql) => Promise<T>) => {
    const result = await sql.begin('isolation level read committed', async (tx) => {
      await tx`select set_config('lock_timeout', ${`${lockTimeoutMs}ms`}, true)`;
      await (lock === 'shared'
        ? tx`select pg_advisory_xact_lock_shared('cordon_leases'::regclass::oid::bigint)`
        : tx`select pg_advisory_xact_lock('cordon_leases'::regclass::oid::bigint)`);
      return work(tx);
    });
    return result as T;
  };

  const readState = async (on: Sql | TransactionSql) => {
    const leases = await on<{ holder: string; leftMs: number }[]>`
      select holder, ${ms(on, 'ends_at - clock_timestamp()')} as "leftMs"
      from cordon_leases where ends_at > clock_timestamp()`;
    return {
      remainingMs: Math.max(0, ...leases.map(({ leftMs }) => leftMs)),
      holders: leases.map(({ holder }) => holder).sort(),
    };
  };

  /** All that the rules look back on. `now` is read after the lock, unlike the `now()` of the transaction. */
  const lookBack = async (tx: TransactionSql, holder: string, renews: string) => {
    const [found] = await tx<[LookBack]>`
      with clock as materialized (select clock_timestamp() as now),
      latest as (
        select now, coalesce(max(up_since), now) as up_since, coalesce(max(ends_at), now) as up_until
        from clock left join cordon_leases on ends_at > now - ${restMs} * interval '1 ms'
        group by now
      )
      select now::text, up_since::text as "upSince",
        ${maxUpMs} - ${ms(tx, 'now - up_since')} as "leftMs",
        ${restMs} + ${ms(tx, 'greatest(up_until, up_since) - now')} as "restLeftMs",
        (select id from cordon_leases where holder = ${holder} and ends_at > now) as "ownId",
        (select ${maxUpMs} - ${ms(tx, 'now - ends_at')} from cordon_leases
          where id = ${renews} and is_lifted) as "liftedForMs"
      from latest`;
    return found;
  };

  return {
    admit: (work) =>
      locked('shared', async (tx) => {
        const { remainingMs, holders } = await readState(tx);
        if (remainingMs > 0) throw new RunRefused(remainingMs, holders);
        return work(tx);
      }),
    raise: (holder, askedMs, renews = '') =>
      locked('exclusive', async (tx) => {
        const { now, upSince, leftMs, restLeftMs, ownId, liftedForMs } = await lookBack(tx, holder, renews);
        if ((liftedForMs ?? 0) > 0) throw refusal('the lease was lifted', liftedForMs ?? 0);
        if (leftMs < MIN_LEASE_MS) {
          throw refusal(`the cordon may be up for at most ${maxUpMs / 1000} s in a row`, restLeftMs);
        }
        const lease = { id: ownId ?? randomUUID(), leaseMs: Math.min(askedMs, leftMs) };
        await tx`
          insert into cordon_leases (id, holder, up_since, ends_at)
          values (${lease.id}, ${holder}, ${upSince}, ${now}::timestamptz + ${lease.leaseMs} * interval '1 ms')
          on conflict (id) do update set ends_at = excluded.ends_at`;
        await tx`
          delete from cordon_leases
          where ends_at < clock_timestamp() - ${Math.max(maxUpMs, restMs)} * interval '1 ms'`;
        return lease;
      }),
    // Beside runs, so that an operator's way out is not held up by a transaction that was left open.
    lift: (holder) =>
      locked('shared', async (tx) => {
        await tx`
          update cordon_leases set ends_at = clock_timestamp(), is_lifted = true
          where (holder = ${holder} or ${holder} = '*') and ends_at > clock_timestamp()`;
      }),
    remainingMs: async () => (await readState(sql)).remainingMs,
    holders: async () => (await readState(sql)).holders,
  };
}

interface LookBack {
  readonly now: string;
  readonly upSince: string;
  readonly leftMs: number;
  readonly restLeftMs: number;
  readonly ownId: string | null;
  readonly liftedForMs: number | null;
}

/** An interval as a number of milliseconds. */
function ms(sql: Sql | TransactionSql, interval: string) {
  return sql.unsafe(`(extract(epoch from ${interval}) * 1000)::float8`);
}

function refusal(why: string, inMs: number): CordonRefused {
  return new CordonRefused(`${why}; it may be raised again in ${Math.ceil(inMs / 1000)} s`);
}
