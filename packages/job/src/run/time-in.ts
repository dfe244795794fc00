/** The time of day that it is after some milliseconds, by the wall clock: for people only, nothing is measured with it. */
export function timeIn(ms: number): string {
  return new Date(Date.now() + ms).toISOString().replace(/\.\d+/, '');
}
