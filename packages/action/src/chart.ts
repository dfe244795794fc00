import type { Sample } from './history.ts';

const MAX_POINTS = 60;

/** Polls do not come at exactly even times: with one point for each, a count could fall between two points. */
const POINTS_PER_SAMPLE = 4;

/** Below it, the axis would have marks at fractions of a run: it has none then, and its title says how far it goes. */
const LEAST_WITH_MARKS = 8;

/** The line's own colour on the light page is hardly to be seen; this one is on either. */
const THEME = { xyChart: { plotColorPalette: '#3b82f6' } };
const NO_MARKS = { yAxis: { showLabel: false, showTick: false } };

/** Draws the count over time as a Mermaid chart; `undefined` when nothing was counted. */
export function chart(samples: readonly Sample[], elapsedMs: number): string | undefined {
  if (samples.length === 0) return undefined;
  const endMs = Math.max(elapsedMs, 1);
  const points = Math.min(MAX_POINTS, POINTS_PER_SAMPLE * samples.length);
  const counts = Array.from({ length: points }, (_, point) =>
    countAt(samples, (endMs * point) / (points - 1)),
  );
  const top = Math.max(1, ...counts);
  const hasMarks = top >= LEAST_WITH_MARKS;
  const look = { xyChart: { height: 300, ...(hasMarks ? {} : NO_MARKS) }, themeVariables: THEME };
  return [
    `%%{init: ${JSON.stringify(look)}}%%`,
    'xychart-beta',
    '  title "Runs in flight"',
    `  x-axis "seconds waited" 0 --> ${endMs / 1000}`,
    `  y-axis "in flight${hasMarks ? '' : `, up to ${top}`}" 0 --> ${top}`,
    `  line [${counts.join(', ')}]`,
  ].join('\n');
}

/** The count that was known at a moment; before the first answer, that one. */
function countAt(samples: readonly Sample[], atMs: number): number {
  const known = samples.findLast((sample) => sample.atMs <= atMs) ?? samples[0];
  // A larger number would be written with an exponent, which no chart reads.
  return Math.min(known?.count ?? 0, Number.MAX_SAFE_INTEGER);
}
