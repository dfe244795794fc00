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

/**
 * Checks a time in milliseconds that no timer has to keep, so that it may be as long as one likes.
 *
 * @throws TypeError when it is no number
 * @throws RangeError when it is less than 1 or not finite
 */
export function checkFiniteMs(name: string, value: unknown): asserts value is number {
  checkNumber(name, value);
  if (!(value >= 1 && value < Infinity)) {
    throw new RangeError(`${name} must be a finite number of milliseconds from 1, got ${value}`);
  }
}

/** @throws TypeError when the value is no number */
export function checkNumber(name: string, value: unknown): asserts value is number {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number${describeGiven(value)}`);
}
