import { describeGiven } from './describe-given.ts';

/** The longest delay that JavaScript's timers keep: with one millisecond more they fire at once. */
export const MAX_DURATION_MS = 2_147_483_647;

/**
 * Checks a duration in milliseconds, whole or not.
 *
 * @throws TypeError when it is no number
 * @throws RangeError when it is not from `least` to `MAX_DURATION_MS`
 */
export function checkDuration(name: string, value: unknown, least: number): asserts value is number {
  checkNumber(name, value);
  if (!(value >= least && value <= MAX_DURATION_MS)) {
    throw new RangeError(`${name} must be from ${least} to ${MAX_DURATION_MS} milliseconds, got ${value}`);
  }
}

/** @throws TypeError when the value is no number */
export function checkNumber(name: string, value: unknown): asserts value is number {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number${describeGiven(value)}`);
}
