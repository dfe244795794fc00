import type { MemoryCordon } from '../cordon/cordon.ts';
import {
  type CordonLimits,
  holdersOf,
  leaseFate,
  liftLease,
  NEVER_UP,
  raiseLease,
  remainingMs,
} from '../cordon/cordon-rules.ts';
import { CordonRefused } from '../cordon/cordon-refused.ts';
import { RunRefused } from '../cordon/run-refused.ts';
import { checkDuration, checkFiniteMs } from '../options/check-duration.ts';
import { checkClock, checkFunction, checkKind } from '../options/check-kind.ts';
import { checkOptions } from '../options/check-options.ts';
import { type Clock, systemClock } from '../wait/clock.ts';
import { ALL_HOLDERS } from '../wire/lease.ts';
import { markFates } from './lease-fate.ts';
import { watchCordon } from './watch-cordon.ts';

/** Options of `createCordon`. */
export interface CreateCordonOptions {
  /** Where time comes from. @default systemClock */
  readonly clock?: Clock | undefined;
  /**
   * The longest that the cordon is up in a row, whoever renews, in milliseconds: it must not become the outage. From 1
   * to 2,147,483,647; below 1,000 it can never be raised. @default 3_600_000
   */
  readonly maxUpMs?: number | undefined;
  /**
   * How long the cordon has to be down until a row is over, in milliseconds: times up with less between them are one
   * row, gaps included. From 0 to 2,147,483,647. @default 60_000
   */
  readonly restMs?: number | undefined;
}

export const DEFAULT_CORDON_LIMITS: CordonLimits = { maxUpMs: 3_600_000, restMs: 60_000 };

/**
 * Makes a cordon in the memory of this process, for the endpoint that raises it and the code that starts runs. Its
 * methods work unbound; a lease ends with the process.
 *
 * At most 1,000 leases last at once. `raise` throws a `TypeError` for a holder that is no string, or `'*'`, and for a
 * `leaseMs` that is no number, and a `RangeError` for one that is not a finite number of milliseconds from 1.
 *
 * @throws TypeError when an option is of the wrong kind, or its name is unknown
 * @throws RangeError when a duration is out of its range
 *
 * @example
 * const cordon = createCordon();
 * cordon.admit(() => runs.set(run.id, run)); // throws a RunRefused while the cordon is up
 */
export function createCordon(options: CreateCordonOptions = {}): MemoryCordon {
  const { clock, limits } = resolveOptions(options);
  let state = NEVER_UP;
  const remaining = () => remainingMs(state, clock.now());
  const { subscribe, down, report } = watchCordon(clock, remaining);

  const cordon: MemoryCordon = {
    raise(holder, leaseMs, renews) {
      checkKind('holder', holder, isHolderName, `a string other than ${JSON.stringify(ALL_HOLDERS)}`);
      checkFiniteMs('leaseMs', leaseMs);
      const request = { holder, leaseMs, renews, freshId: crypto.randomUUID() };
      const outcome = raiseLease(state, request, clock.now(), limits);
      if (!outcome.granted) throw new CordonRefused(outcome.message);
      state = outcome.state;
      report();
      return outcome.lease;
    },
    lift(holder) {
      checkKind('holder', holder, isString, 'a string');
      state = liftLease(state, holder, clock.now());
      report();
    },
    remainingMs: remaining,
    holders: () => holdersOf(state, clock.now()),
    isUp: () => remaining() > 0,
    admit(start) {
      checkFunction('start', start);
      const now = clock.now();
      const retryAfterMs = remainingMs(state, now);
      if (retryAfterMs > 0) {
        throw new RunRefused({ reason: 'cordon', retryAfterMs, holders: holdersOf(state, now) });
      }
      return start();
    },
    down,
    subscribe,
  };
  return markFates(cordon, (id) => leaseFate(state, id, clock.now()));
}

function resolveOptions(options: CreateCordonOptions): {
  readonly clock: Clock;
  readonly limits: CordonLimits;
} {
  checkOptions('options', options, 'an object', ['clock', 'maxUpMs', 'restMs']);
  const { clock = systemClock } = options;
  const { maxUpMs = DEFAULT_CORDON_LIMITS.maxUpMs, restMs = DEFAULT_CORDON_LIMITS.restMs } = options;
  checkClock('clock', clock);
  checkDuration('maxUpMs', maxUpMs, 1);
  checkDuration('restMs', restMs, 0);
  return { clock, limits: { maxUpMs, restMs } };
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isHolderName(value: unknown): boolean {
  return isString(value) && value !== ALL_HOLDERS;
}
