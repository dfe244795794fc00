/** The whole day of 1970-01-01 is nobody's: the zero times of languages and databases fall on it, or before it. */
const FIRST_REAL_MS = 24 * 60 * 60_000;

const DATE = /^\d{4}-\d{2}-\d{2}/;

/** Whether a time in milliseconds since 1970-01-01 is later than that day. */
export function isRealTime(ms: number): boolean {
  return ms >= FIRST_REAL_MS;
}

/** The time of a `Date`; `NaN` when it is invalid, or the value is no `Date`. */
export function timeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return NaN;
  try {
    return Date.prototype.getTime.call(value); // knows a Date of another realm too
  } catch {
    return NaN;
  }
}

/** Midnight UTC of the `YYYY-MM-DD` that a text begins with; `NaN` when that is no date after 1970-01-01. */
export function dateOf(text: string): number {
  const [date] = DATE.exec(text) ?? ['none'];
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // A 30th of February would be read as the 2nd of March.
  return isRealTime(midnight) && new Date(midnight).toISOString().startsWith(date) ? midnight : NaN;
}
