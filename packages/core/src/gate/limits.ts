import { checkDuration, checkNumber } from '../options/check-duration.ts';
import { describeGiven } from '../options/describe-given.ts';
import { toMicrosecond } from './to-microsecond.ts';

/** How often the gate asks, how long it waits for what, and what it does without an answer. */
export interface GateLimits {
  /** The pause between an answer and the next poll, in milliseconds. From 1 to 2,147,483,647. @default 20_000 */
  readonly intervalMs: number;
  /** The maximum wait: the longest that the gate holds a deploy, in milliseconds. From 1 to 2,147,483,647. @default 1_800_000 */
  readonly maxWaitMs: number;
  /** The longest that one request may take, its body included, in milliseconds. From 1 to 2,147,483,647. @default 10_000 */
  readonly requestTimeoutMs: number;
  /** How long the count must stay at zero, in milliseconds; with 0 one zero will do. From 0, below `maxWaitMs`. @default 0 */
  readonly quietForMs: number;
  /**
   * How often one poll is tried again after a transient failure: 1 s later, then 2 s, and so on, doubling, so that the
   * default bridges half a minute without the server, its proxy or its name server. An integer from 0 to 100.
   * @default 5
   */
  readonly retries: number;
  /**
   * What to do when there is no answer, once the retries are used up: let the deploy go (`proceed`), keep polling until
   * the maximum wait is over (`wait`), or keep polling while the last count that was read is above zero (`wait-when-busy`).
   * @default 'proceed'
   */
  readonly onUnavailable: OnUnavailable;
  /**
   * Whether a server that can may hold a poll until it is quiet, for up to one interval, so that the light turns green
   * within a round trip of the last run's end (`Prefer: wait`, RFC 7240). Other servers do not notice. @default true
   */
  readonly longPoll: boolean;
}

/** What the gate does without a response: `'proceed'`, `'wait'`, or `'wait-when-busy'`. */
export type OnUnavailable = (typeof ON_UNAVAILABLE)[number];

export const ON_UNAVAILABLE = ['proceed', 'wait', 'wait-when-busy'] as const;

/** The limits as a caller gives them: one that is left out, or `undefined`, means its default. */
export type LimitOptions = { -readonly [Name in keyof GateLimits]?: GateLimits[Name] | undefined };

/** The limits where a caller gives none. */
export const DEFAULT_LIMITS: GateLimits = {
  intervalMs: 20_000,
  maxWaitMs: 1_800_000,
  requestTimeoutMs: 10_000,
  quietForMs: 0,
  retries: 5,
  onUnavailable: 'proceed',
  longPoll: true,
};

/** The most tries of one poll after its first. */
export const MAX_RETRIES = 100;

/**
 * Fills in the defaults, checks every limit, and rounds durations to the microsecond.
 *
 * @throws TypeError when a limit is of the wrong kind
 * @throws RangeError when it is of the right kind but out of its range
 */
export function resolveLimits(options: LimitOptions): GateLimits {
  const { intervalMs = DEFAULT_LIMITS.intervalMs, maxWaitMs = DEFAULT_LIMITS.maxWaitMs } = options;
  const { requestTimeoutMs = DEFAULT_LIMITS.requestTimeoutMs } = options;
  const { quietForMs = DEFAULT_LIMITS.quietForMs, retries = DEFAULT_LIMITS.retries } = options;
  const { onUnavailable = DEFAULT_LIMITS.onUnavailable, longPoll = DEFAULT_LIMITS.longPoll } = options;
  const durations = {
    intervalMs: readDuration('intervalMs', intervalMs, 1),
    maxWaitMs: readDuration('maxWaitMs', maxWaitMs, 1),
    requestTimeoutMs: readDuration('requestTimeoutMs', requestTimeoutMs, 1),
    quietForMs: readDuration('quietForMs', quietForMs, 0),
  };
  checkNumber('retries', retries);
  if (!Number.isInteger(retries) || retries < 0 || retries > MAX_RETRIES) {
    throw new RangeError(`retries must be an integer from 0 to ${MAX_RETRIES}, got ${retries}`);
  }
  if (!ON_UNAVAILABLE.includes(onUnavailable)) {
    throw new TypeError(`onUnavailable must be ${quotedList(ON_UNAVAILABLE)}${describeGiven(onUnavailable)}`);
  }
  if (durations.quietForMs >= durations.maxWaitMs) {
    throw new RangeError(
      `quietForMs must be below maxWaitMs, or the light could never turn green, got ${quietForMs} and ${maxWaitMs}`,
    );
  }
  if (typeof longPoll !== 'boolean') {
    throw new TypeError(`longPoll must be true or false${describeGiven(longPoll)}`);
  }
  return { ...durations, retries, onUnavailable, longPoll };
}

function quotedList(values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(' or ');
}

function readDuration(name: string, value: unknown, least: number): number {
  checkDuration(name, value, least);
  return toMicrosecond(value);
}
