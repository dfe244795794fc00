/**
 * A time in milliseconds, to the microsecond. What lies between two readings of a clock is a little off where these
 * are large; and a rest of a wait that is too short to move such a clock on would never be over.
 */
export function toMicrosecond(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
