import type { LeaseObservation } from '../gate/observation.ts';
import { isTransient } from '../gate/retry-policy.ts';
import type { Gate } from './gate-options.ts';
import { liftLease } from './lift-lease.ts';
import { withTimeLimit } from './with-time-limit.ts';

/** A gate whose lease can be lifted, also one that is only on its way. */
export interface LiftableGate {
  /** The gate, with a signal of its own in place of the one that it was given. */
  readonly gate: Gate;
  /** Stops it: it sends nothing any more, but a raise that is on its way is left there until the lease is lifted. */
  readonly stop: (reason: unknown) => void;
  /** Whether the server may have a lease: a raise was sent that was not surely refused. */
  readonly mayHaveLease: () => boolean;
  /**
   * Stops it, and lifts the lease, at once and with retries; and once more after a raise that is on its way, which gets half
   * of the time for that. Never rejects; nothing of it is left behind after `withinMs`.
   *
   * @returns nothing when there can be no lease
   */
  readonly lift: (withinMs: number) => Promise<Lifted | undefined>;
}

/** What became of a lease: it is gone, or it is left to expire. */
export type Lifted = { readonly type: 'lifted' } | { readonly type: 'left'; readonly message: string };

/** Makes a gate's lease one that can be lifted. */
export function liftableGate(given: Gate): LiftableGate {
  const { cordon, leases, clock, limits } = given;
  const stopping = new AbortController();
  const onTheirWay = new Map<Promise<LeaseObservation>, AbortController>();
  let mayLast = false;

  const raise: Gate['leases']['raise'] = async (wanted, signal) => {
    const request = new AbortController();
    signal.addEventListener('abort', () => {
      if (!stopping.signal.aborted) request.abort(signal.reason);
    });
    const raising = leases.raise(wanted, request.signal);
    onTheirWay.set(raising, request);
    const observed = await raising;
    onTheirWay.delete(raising);
    mayLast ||= !isRefused(observed);
    return observed;
  };
  const mayHaveLease = () => mayLast || onTheirWay.size > 0;

  return {
    gate: { ...given, leases: { ...leases, raise }, signal: stopping.signal },
    stop(reason) {
      stopping.abort(reason);
    },
    mayHaveLease,
    async lift(withinMs) {
      stopping.abort();
      const leased = mayHaveLease() ? cordon : undefined;
      if (leased === undefined) return undefined;
      const overAtMs = clock.now() + withinMs;
      const lift = (untilMs: number) =>
        liftLease(
          { clock, signal: undefined },
          { ...limits, ...leased, retries: Infinity, overAtMs: untilMs },
        );
      if (onTheirWay.size > 0) {
        const half = withinMs / 2;
        await Promise.all([
          lift(overAtMs - half),
          withTimeLimit(half, clock, undefined, () => Promise.all(onTheirWay.keys())),
        ]);
        for (const request of onTheirWay.values()) request.abort();
      }
      const problem = await lift(overAtMs);
      return problem === undefined ? { type: 'lifted' } : { type: 'left', message: problem };
    },
  };
}

/** Whether a raise has surely begun no lease: one that ended in another error may have taken effect all the same. */
function isRefused(observed: LeaseObservation): boolean {
  if (observed.type === 'granted') return false;
  const { reason, detail } = observed;
  return detail === 'unsent' || (reason !== 'invalid-response' && !isTransient(observed));
}
