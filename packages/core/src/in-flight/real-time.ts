/**
 * The years in which something can have happened. The zero times of languages and databases, in any time zone and with a few
 * days added, are before them; their ends of time, as in `9999-12-31`, are after them.
 */
const FIRST_REAL_MS = /* @__PURE__ */ Date.UTC(1971, 0);
const END_OF_REAL_MS = /* @__PURE__ */ Date.UTC(9000, 0);

/** A date of those years, but for the days that a month may not have. */
const DATE = /^(?:19(?:7[1-9]|[89]\d)|[2-8]\d{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])/;

/** Whether a time in milliseconds since 1970-01-01 is in the years 1971 to 8999. */
export function isRealTime(ms: number): boolean {
  return ms >= FIRST_REAL_MS && ms < END_OF_REAL_MS;
}

/** Whether a text begins with a day of the calendar, `YYYY-MM-DD`, in the years 1971 to 8999. */
export function beginsWithRealDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const day = text.slice(8, 10);
  // Stryker disable next-line all: it only spares most days the calendar, which takes long
  if (day <= '28') return true;
  // A 30th of February is read as a day in March.
  return new Date(text.slice(0, 10)).getUTCDate() === Number(day);
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
