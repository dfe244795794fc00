/** The last time that a `Date` can hold, in milliseconds. */
const LAST = 8.64e15;

/** The time of day that it is after some milliseconds, by the wall clock: for people only, nothing is measured with it. */
export function timeIn(ms: number): string {
  return new Date(Math.min(Date.now() + ms, LAST)).toISOString().replace(/\.\d+/, '');
}
