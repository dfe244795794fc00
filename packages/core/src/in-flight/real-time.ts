/** The whole day of 1970-01-01 is nobody's: the zero times of languages and databases fall on it, or before it. */
const FIRST_REAL_MS = 86_400_000;

const DATE = /\d{4}-\d\d-\d\d/;

/** Whether a time in milliseconds since 1970-01-01 is later than that day. */
export function isRealTime(ms: number): boolean {
  return ms >= FIRST_REAL_MS;
}

/** Whether a text begins with a day of the calendar, `YYYY-MM-DD`, that is later than 1970-01-01. */
export function beginsWithRealDate(text: string): boolean {
  const date = text.slice(0, 10);
  if (!DATE.test(date) || date <= '1970-01-01') return false;
  // A 30th of February is read as a day in March.
  return new Date(date).getUTCDate() === Number(date.slice(8));
}

/** The time of a `Date`; `NaN` when it is invalid, or the value is no `Date`. */
export function timeOf(value: unknown): number {
  let ms = NaN;
  // Stryker disable next-line all: it only spares what is often null an exception, which takes long
  if (typeof value !== 'object' || value === null) return ms;
  try {
    ms = Date.prototype.getTime.call(value); // knows a Date of another realm too
  } catch {
    // no Date
  }
  return ms;
}
