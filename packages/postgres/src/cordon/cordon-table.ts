import { CordonRefused, type Lease } from '@quietgate/core';
import { type LeaseFate, MAX_LEASES, MIN_LEASE_MS } from '@quietgate/core/internal';
import type { Queries } from '../database/database.ts';

/** How long a cordon may be up, in milliseconds, as for `createCordon`. */
export interface CordonLimits {
  readonly maxUpMs: number;
  readonly restMs: number;
}

/** What a holder asks for. */
export interface RaiseRequest {
  readonly holder: string;
  readonly leaseMs: number;
  /** The id of the lease that the holder believes to have; empty for none. */
  readonly renews: string;
  /** The id that the lease gets if it begins. */
  readonly freshId: string;
}

/** Which leases last. */
export interface KeptCordon {
  /** Until the last of them expires, in milliseconds; 0 when there is none. */
  readonly remainingMs: number;
  /** In code-unit order. */
  readonly holders: readonly string[];
}

export async function readState(on: Queries): Promise<KeptCordon> {
  const leases = await on.query<{ readonly holder: string; readonly left_ms: number }>(`
    select holder, ${ms('ends_at - clock_timestamp()')} as left_ms
    from cordon_leases where ends_at > clock_timestamp()`);
  return {
    remainingMs: Math.max(0, ...leases.map(({ left_ms }) => left_ms)),
    holders: leases.map(({ holder }) => holder).sort(),
  };
}

/**
 * Grants or renews a lease by the rules of `createCordon`, or says why they forbid it. The caller has the lock for itself.
 * May be done twice.
 */
export async function raiseLease(
  tx: Queries,
  { holder, leaseMs: askedMs, renews, freshId }: RaiseRequest,
  limits: CordonLimits,
): Promise<Lease | CordonRefused> {
  const { maxUpMs, restMs } = limits;
  const past = await lookBack(tx, holder, renews, limits);
  if (past.lifted_for_ms > 0) return refusal('this lease was released', past.lifted_for_ms);
  if (past.others >= MAX_LEASES) return refusal(`there are ${MAX_LEASES} leases already`, past.first_end_ms);
  if (past.left_ms < MIN_LEASE_MS) {
    return refusal(`the cordon may be up for at most ${maxUpMs / 1000} s in a row`, past.rest_left_ms);
  }
  const lease = { id: past.own_id ?? freshId, leaseMs: Math.min(askedMs, past.left_ms) };
  await tx.query(
    `insert into cordon_leases (id, holder, up_since, ends_at)
    values ($1, $2, $3::text::timestamptz, $4::text::timestamptz + $5::text::float8 * interval '1 ms')
    on conflict (id) do update set ends_at = excluded.ends_at
    returning id`,
    [lease.id, holder, past.up_since, past.now, String(lease.leaseMs)],
  );
  await tx.query(
    `delete from cordon_leases where ends_at < clock_timestamp() - $1::text::float8 * interval '1 ms' returning id`,
    [String(Math.max(maxUpMs, restMs))],
  );
  return lease;
}

/** Ends one holder's lease, or with `'*'` all of them. */
export async function liftLease(tx: Queries, holder: string): Promise<void> {
  await tx.query(
    `update cordon_leases set ends_at = clock_timestamp(), is_lifted = true
    where $1::text in (holder, '*') and ends_at > clock_timestamp() returning id`,
    [holder],
  );
}

/** What has become of a lease; nothing once its row is gone. */
export async function readFate(on: Queries, id: string): Promise<LeaseFate | undefined> {
  const [lease] = await on.query<{ readonly fate: LeaseFate }>(
    `select case when ends_at > clock_timestamp() then 'lasts' when is_lifted then 'released' else 'expired' end as fate
    from cordon_leases where id = $1`,
    [id],
  );
  return lease?.fate;
}

/** All that the rules look back on; times are texts as JSON has them, which no setting of the session changes. */
interface LookBack {
  readonly now: string;
  readonly up_since: string;
  /** What is left of the present row. */
  readonly left_ms: number;
  /** Until the next row may begin. */
  readonly rest_left_ms: number;
  readonly own_id: string | null;
  /** How long the lease to be renewed stays lifted; below zero for one that was not. */
  readonly lifted_for_ms: number;
  /** How many leases of others last. */
  readonly others: number;
  readonly first_end_ms: number;
}

/** `now` is read after the lock, unlike the `now()` of the transaction. */
async function lookBack(
  tx: Queries,
  holder: string,
  renews: string,
  { maxUpMs, restMs }: CordonLimits,
): Promise<LookBack> {
  const [found] = (await tx.query<LookBack>(
    `with clock as materialized (select clock_timestamp() as now),
    latest as (
      select now, coalesce(max(up_since), now) as up_since, coalesce(max(ends_at), now) as up_until
      from clock left join cordon_leases on ends_at > now - $3::text::float8 * interval '1 ms'
      group by now
    ),
    others as (
      select count(*) as others, coalesce(${ms('min(ends_at) - min(now)')}, 0) as first_end_ms
      from clock join cordon_leases on ends_at > now and holder <> $1
    )
    select now, up_since, others, first_end_ms,
      $4::text::float8 - ${ms('now - up_since')} as left_ms,
      $3::text::float8 + ${ms('greatest(up_until, up_since) - now')} as rest_left_ms,
      (select id from cordon_leases where holder = $1 and ends_at > now) as own_id,
      coalesce((select $4::text::float8 - ${ms('now - ends_at')} from cordon_leases
        where id = $2 and is_lifted), -1) as lifted_for_ms
    from latest, others`,
    [holder, renews, String(restMs), String(maxUpMs)],
  )) as [LookBack];
  return found;
}

/** An interval as a number of milliseconds. */
function ms(interval: string): string {
  return `(extract(epoch from ${interval}) * 1000)::float8`;
}

function refusal(why: string, inMs: number): CordonRefused {
  return new CordonRefused(`${why}; it may be raised again in ${Math.ceil(inMs / 1000)} s`);
}
