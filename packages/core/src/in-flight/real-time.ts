/** The whole day of 1970-01-01 is nobody's: the zero times of languages and databases fall on it, or before it. */
const FIRST_REAL_MS = 86_400_000;

const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** Whether a time in milliseconds since 1970-01-01 is later than that day. */
export function isRealTime(ms: number): boolean {
  return ms >= FIRST_REAL_MS;
}

/** Whether a text begins with a day of the calendar, `YYYY-MM-DD`, that is later than 1970-01-01. */
export function beginsWithRealDate(text: string): boolean {
  const date = text.slice(0, 10);
  if (!DATE.test(date) || date <= '1970-01-01') return false;
  const day = Number(date.slice(8));
  // Every month has 28 days, which spares most dates a look into the calendar.
  return day <= 28 || new Date(`${date}T00:00Z`).getUTCDate() === day;
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
