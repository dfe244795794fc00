/** The whole day of 1970-01-01 is nobody's: the zero times of languages and databases fall on it, or before it. */
const FIRST_REAL_MS = 24 * 60 * 60_000;

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a time in milliseconds since 1970-01-01 is later than that day. */
export function isRealTime(ms: number): boolean {
  return ms >= FIRST_REAL_MS;
}

/** Whether a text begins with a day of the calendar, `YYYY-MM-DD`, that is later than 1970-01-01. */
export function beginsWithRealDate(text: string): boolean {
  if (text[4] !== '-' || text[7] !== '-') return false;
  const [year, month, day] = [digitsOf(text, 0, 4), digitsOf(text, 5, 7), digitsOf(text, 8, 10)];
  const isInMonth = day >= 1 && day <= (DAYS_IN_MONTH[month - 1] ?? 0);
  const isInCalendar = isInMonth && (month !== 2 || day < 29 || isLeapYear(year));
  return isInCalendar && year * 10_000 + month * 100 + day > 1970_01_01;
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

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** The number that a part of a text writes in plain digits; `NaN` when it is none. */
function digitsOf(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48;
    number = digit >= 0 && digit <= 9 ? number * 10 + digit : NaN;
  }
  return number;
}
