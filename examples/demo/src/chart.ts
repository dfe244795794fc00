/** A count, from a moment on. */
export interface Sample {
  /** Milliseconds since the first question. */
  readonly atMs: number;
  readonly count: number;
}

/**
 * Draws a count over time as text: one line for each count from the highest down to 1, then the axis of time.
 *
 * @param samples in the order of time; each holds until the next, the last one ends the chart
 * @param columns the width of the whole time
 */
export function drawChart(samples: readonly Sample[], columns: number): string[] {
  const endMs = samples.at(-1)?.atMs ?? 0;
  const highest = Math.max(0, ...samples.map(({ count }) => count));
  const counts = Array.from({ length: columns }, (_, column) => countAt(samples, (endMs * column) / columns));
  const rows = Array.from({ length: highest }, (_, row) => {
    const level = highest - row;
    return `${level} ${counts.map((count) => (count >= level ? '█' : ' ')).join('')}`.trimEnd();
  });
  return [...rows, `0 ${'─'.repeat(columns)}┤`];
}

function countAt(samples: readonly Sample[], atMs: number): number {
  return samples.findLast((sample) => sample.atMs <= atMs)?.count ?? 0;
}
