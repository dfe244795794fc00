/** Writes a duration for people: `450ms`, `0s`, `20s`, `1m 20s`, `30m`, `2h 5m`. Rounds down to its smaller unit. */
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
