const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** Writes a duration as it is, to the microsecond, for what is configured: `250ms`, `1.5s`, `30m`, `1h 30m 59s`. */
export function exactDuration(ms: number): string {
  let rest = Math.round(ms * 1000) / 1000;
  if (rest > 0 && rest < 1000) return `${rest}ms`;
  const parts: string[] = [];
  for (const [unit, unitMs] of UNITS) {
    const amount = unit === 's' ? Math.round(rest * 1000) / 1_000_000 : Math.floor(rest / unitMs);
    if (amount > 0) parts.push(`${amount}${unit}`);
    rest %= unitMs;
  }
  return parts.join(' ') || '0s';
}

/**
 * Writes a duration for people, for what has passed: `450ms`, `0s`, `20s`, `1m 20s`, `30m`, `2h 5m`. Rounds down to its
 * smaller unit.
 */
export function formatDuration(ms: number): string {
  if (ms > 0 && ms < 1000) return `${Math.floor(ms)}ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? two(minutes, 'm', seconds % 60, 's')
    : two(Math.floor(minutes / 60), 'h', minutes % 60, 'm');
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit} ${small}${smallUnit}`;
}
