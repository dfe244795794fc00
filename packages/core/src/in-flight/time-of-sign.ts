import { beginsWithRealDate, isRealTime, timeOf } from './real-time.ts';

const DAY_MS = 86_400_000;

/** A `date-time` of RFC 3339, in upper case; how many days the month has is not looked at. */
const TIMESTAMP =
  /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Fewer milliseconds since 1970 are seconds, or the uptime of a machine or process. */
const LEAST_MS = 1e11;

/**
 * When a run showed that it is alive, in milliseconds since 1970: a valid `Date`, a number of milliseconds of 1e11 or more, or a
 * text as in RFC 3339 with an offset, in the years 1971 to 8999. `NaN` for anything else, which proves nothing.
 */
export function timeOfSign(sign: unknown): number {
  const time = timeOfKind(sign);
  return isRealTime(time) ? time : NaN;
}

function timeOfKind(sign: unknown): number {
  if (typeof sign === 'number') return sign >= LEAST_MS ? sign : NaN;
  return typeof sign === 'string' ? timeOfText(sign) : timeOf(sign);
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
