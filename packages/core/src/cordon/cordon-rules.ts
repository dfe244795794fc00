import { ALL_HOLDERS, MIN_LEASE_MS } from '../wire/lease.ts';
import type { Lease } from './cordon.ts';

/** How long a cordon may be up, in milliseconds. */
export interface CordonLimits {
  /** The longest that it is up in a row, whoever renews. */
  readonly maxUpMs: number;
  /** How long it has to be down until a row is over: times up with less between them are one, gaps included. */
  readonly restMs: number;
}

/** All that the rules look back on. Times are in milliseconds, from any starting point. */
export interface CordonHistory {
  /** One a holder; some may have ended. */
  readonly leases: readonly LeaseEntry[];
  /** When the latest row of times up began. */
  readonly upSince: number;
  /** When the last lease of that row ends or ended. */
  readonly upUntil: number;
  /** Lifted leases, the oldest first; some may be long past. */
  readonly lifted: readonly { readonly id: string; readonly at: number }[];
}

interface LeaseEntry {
  readonly holder: string;
  readonly id: string;
  readonly endsAt: number;
}

/** What a holder asks for. */
export interface RaiseRequest {
  readonly holder: string;
  readonly leaseMs: number;
  /** The id of the lease that the holder believes to have. */
  readonly renews?: string | undefined;
  /** The id that the lease gets if it begins. */
  readonly freshId: string;
}

/** A grant comes with the state after it; a refusal changes nothing, and says why and for how long. */
export type RaiseOutcome =
  | { readonly granted: true; readonly lease: Lease; readonly state: CordonHistory }
  | { readonly granted: false; readonly message: string };

/** A cordon that was never up. */
export const NEVER_UP: CordonHistory = { leases: [], upSince: NaN, upUntil: -Infinity, lifted: [] };

/** The most leases that last at once, and the most lifted ones that are remembered: a client cannot fill the memory. */
export const MAX_LEASES = 1000;

/**
 * Begins or renews a holder's lease: for what was asked, or for what is left of the row if that is less. One that lasts
 * keeps its id. Refused are the renewal of a lease that was lifted within `maxUpMs`, one lease too many, and a row that
 * is used up.
 */
export function raiseLease(
  state: CordonHistory,
  { holder, leaseMs, renews, freshId }: RaiseRequest,
  now: number,
  { maxUpMs, restMs }: CordonLimits,
): RaiseOutcome {
  const lifted = state.lifted.filter(({ at }) => now - at < maxUpMs);
  const renewed = lifted.find(({ id }) => id === renews);
  if (renewed !== undefined) return refusal('this lease was released', renewed.at + maxUpMs - now);

  const [own, others] = leasesOf(holder, state, now);
  if (others.length >= MAX_LEASES) {
    const firstEnd = Math.min(...others.map(({ endsAt }) => endsAt));
    return refusal(`there are ${MAX_LEASES} leases already`, firstEnd - now);
  }

  const upSince = now - state.upUntil < restMs ? state.upSince : now;
  const leftMs = maxUpMs - (now - upSince); // in this order: exact when the row begins now, whatever the clock reads
  if (leftMs < MIN_LEASE_MS) {
    return refusal(
      `the cordon may be up for at most ${maxUpMs / 1000} s in a row`,
      Math.max(state.upUntil, upSince) + restMs - now,
    );
  }

  const lease: Lease = { id: own[0]?.id ?? freshId, leaseMs: Math.min(leaseMs, leftMs) };
  const leases = [...others, { holder, id: lease.id, endsAt: now + lease.leaseMs }];
  return { granted: true, lease, state: { leases, upSince, upUntil: lastEnd(leases), lifted } };
}

/** Ends a holder's lease, or with `ALL_HOLDERS` every lease, and remembers that it was lifted. */
export function liftLease(state: CordonHistory, holder: string, now: number): CordonHistory {
  const [own, others] = holder === ALL_HOLDERS ? [lasting(state, now), []] : leasesOf(holder, state, now);
  if (own.length === 0) return state;
  return {
    leases: others,
    upSince: state.upSince,
    upUntil: Math.max(now, lastEnd(others)),
    lifted: [...state.lifted, ...own.map(({ id }) => ({ id, at: now }))].slice(-MAX_LEASES),
  };
}

/** What has become of a lease: `lasts` while it does. */
export type LeaseFate = 'lasts' | 'released' | 'expired';

/** What has become of a lease. That it was released is remembered for as long as it could have lasted. */
export function leaseFate(state: CordonHistory, id: string, now: number): LeaseFate {
  if (lasting(state, now).some((lease) => lease.id === id)) return 'lasts';
  return state.lifted.some((lease) => lease.id === id) ? 'released' : 'expired';
}

/** Milliseconds until the last lease ends; 0 when the cordon is down. */
export function remainingMs(state: CordonHistory, now: number): number {
  return Math.max(0, state.upUntil - now);
}

/** Whose leases last, in ascending code-unit order. */
export function holdersOf(state: CordonHistory, now: number): readonly string[] {
  return lasting(state, now)
    .map(({ holder }) => holder)
    .sort();
}

function lasting({ leases }: CordonHistory, now: number): readonly LeaseEntry[] {
  return leases.filter(({ endsAt }) => endsAt > now);
}

/** The leases that last: the holder's, none or one, and those of others. */
function leasesOf(
  holder: string,
  state: CordonHistory,
  now: number,
): [own: readonly LeaseEntry[], others: readonly LeaseEntry[]] {
  const leases = lasting(state, now);
  return [
    leases.filter((lease) => lease.holder === holder),
    leases.filter((lease) => lease.holder !== holder),
  ];
}

function lastEnd(leases: readonly LeaseEntry[]): number {
  return Math.max(...leases.map(({ endsAt }) => endsAt));
}

function refusal(why: string, inMs: number): RaiseOutcome {
  return { granted: false, message: `${why}; it may be raised again in ${Math.ceil(inMs / 1000)} s` };
}
