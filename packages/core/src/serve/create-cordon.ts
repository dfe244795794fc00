import type { MemoryCordon } from '../cordon/cordon.ts';
import {
  type CordonLimits,
  holdersOf,
  liftLease,
  NEVER_UP,
  raiseLease,
  remainingMs,
} from '../cordon/cordon-rules.ts';
import { CordonRefused } from '../cordon/cordon-refused.ts';
import { RunRefused } from '../cordon/run-refused.ts';
import { checkDuration, checkFiniteMs } from '../options/check-duration.ts';
import { checkKind, isFunction, isObject } from '../options/check-kind.ts';
import { checkOptionNames } from '../options/check-option-names.ts';
import { ALL_HOLDERS } from '../wire/lease.ts';

/** Options of `createCordon`. */
export interface CreateCordonOptions {
  /** The present in milliseconds, from any starting point; must never run backwards. @default performance.now */
  readonly now?: (() => number) | undefined;
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

const DEFAULT_CORDON_LIMITS: CordonLimits = { maxUpMs: 3_600_000, restMs: 60_000 };

/**
 * Makes a cordon in the memory of this process, for the endpoint that raises it and the code that starts runs. Its
 * methods work unbound; a lease ends with the process.
 *
 * At most 1,000 leases last at once. `raise` throws a `TypeError` for a holder that is no string, or `'*'`, and for a
 * `leaseMs` that is no number, and a `RangeError` for one that is not a finite number of milliseconds from 1.
 *
 * @throws TypeError when an option is of the wrong kind, or under a name that is none
 * @throws RangeError when a duration is out of its range
 *
 * @example
 * const cordon = createCordon();
 * cordon.admit(() => runs.set(run.id, run)); // throws a RunRefused while the cordon is up
 */
export function createCordon(options: CreateCordonOptions = {}): MemoryCordon {
  const { now, ...limits } = resolveOptions(options);
  let state = NEVER_UP;
  const remaining = () => remainingMs(state, now());
  return {
    admit(start) {
      checkKind('start', start, isFunction, 'a function');
      const at = now();
      const retryAfterMs = remainingMs(state, at);
      if (retryAfterMs > 0)
        throw new RunRefused({ reason: 'cordon', retryAfterMs, holders: holdersOf(state, at) });
      return start();
    },
    raise(holder, leaseMs, renews) {
      checkKind('holder', holder, isHolderName, `a string other than ${JSON.stringify(ALL_HOLDERS)}`);
      checkFiniteMs('leaseMs', leaseMs);
      const request = { holder, leaseMs, renews, freshId: crypto.randomUUID() };
      const outcome = raiseLease(state, request, now(), limits);
      if (!outcome.granted) throw new CordonRefused(outcome.message);
      state = outcome.state;
      return outcome.lease;
    },
    lift(holder) {
      checkKind('holder', holder, isString, 'a string');
      state = liftLease(state, holder, now());
    },
    remainingMs: remaining,
    holders: () => holdersOf(state, now()),
    isUp: () => remaining() > 0,
  };
}

function resolveOptions(options: CreateCordonOptions): CordonLimits & { readonly now: () => number } {
  checkKind('options', options, isObject, 'an object');
  checkOptionNames(options, ['now', 'maxUpMs', 'restMs']);
  const { now = () => performance.now() } = options;
  const { maxUpMs = DEFAULT_CORDON_LIMITS.maxUpMs, restMs = DEFAULT_CORDON_LIMITS.restMs } = options;
  checkKind('now', now, isFunction, 'a function');
  checkDuration('maxUpMs', maxUpMs, 1);
  checkDuration('restMs', restMs, 0);
  return { now, maxUpMs, restMs };
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isHolderName(value: unknown): boolean {
  return isString(value) && value !== ALL_HOLDERS;
}
