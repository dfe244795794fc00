import { beginsWithRealDate, isRealTime, timeOf } from './real-time.ts';

const DAY_MS = 86_400_000;

/** A `date-time` of RFC 3339, in upper case; how many days the month has is not looked at. */
const TIMESTAMP =
  /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Whether a sign of life proves that a run has shown none for `afterMs`: it is milliseconds since 1970-01-01, above zero,
 * or a time in the years 1971 to 8999, as a valid `Date` or a text as in RFC 3339; and lies so far in the past. Nothing else is proof.
 */
export function isStale(sign: unknown, afterMs: number, now: number): boolean {
  return Number.isFinite(now) && now - timeOfSign(sign) >= afterMs;
}

function timeOfSign(sign: unknown): number {
  if (typeof sign === 'number') return sign > 0 ? sign : NaN;
  const time = typeof sign === 'string' ? timeOfText(sign) : timeOf(sign);
  return isRealTime(time) ? time : NaN;
}

function timeOfText(text: string): number {
  const upperCase = text.toUpperCase();
  const timestamp = TIMESTAMP.exec(upperCase);
  if (timestamp === null || !beginsWithRealDate(text)) return NaN;
  const minute = Date.parse(`${upperCase.slice(0, 16)}${String(timestamp[1])}`);
  const seconds = parseFloat(text.slice(17));
  // A leap second ends a day of UTC, wherever it was written down.
  const isInDay = seconds < 60 || (minute + 60_000) % DAY_MS === 0;
  return isInDay ? minute + seconds * 1000 : NaN;
}
