import { checkNumber } from './check-duration.ts';

const DEFAULT_CONFIRM_MS = 60_000;

/**
 * Reads for how long an old heartbeat has to have been looked at, in milliseconds.
 *
 * @param after how old a heartbeat has to be, by the name of its option
 * @throws TypeError when it is no number
 * @throws RangeError when it is not from 0 to that
 */
export function readConfirmMs(
  confirmMs: number | undefined,
  after: { readonly name: string; readonly ms: number },
): number {
  if (confirmMs === undefined) return Math.min(DEFAULT_CONFIRM_MS, after.ms);
  checkNumber('confirmMs', confirmMs);
  if (!(confirmMs >= 0 && confirmMs <= after.ms)) {
    throw new RangeError(`confirmMs must be from 0 to ${after.name}, ${after.ms}, got ${confirmMs}`);
  }
  return confirmMs;
}
