import { fc, test } from '@quietgate/testkit/property';
import { expect, it } from 'vitest';
import { chart } from './chart.ts';

it('draws the counts over the time waited', () => {
  const samples = [
    { atMs: 0, count: 3 },
    { atMs: 20_000, count: 1 },
    { atMs: 40_000, count: 0 },
  ];
  expect(chart(samples, 40_000))
    .toBe(`%%{init: {"xyChart":{"height":300,"yAxis":{"showLabel":false,"showTick":false}},"themeVariables":{"xyChart":{"plotColorPalette":"#3b82f6"}}}}%%
xychart-beta
  title "Runs in flight"
  x-axis "seconds waited" 0 --> 40
  y-axis "in flight, up to 3" 0 --> 3
  line [3, 3, 3, 3, 3, 3, 1, 1, 1, 1, 1, 0]`);
});

it('draws every count of polls that drift', () => {
  const samples = [85, 20_085, 40_098, 60_112].map((atMs, polls) => ({ atMs, count: 3 - polls }));
  const [, line = ''] = /line \[(.*)\]/.exec(chart(samples, 60_112) ?? '') ?? [];
  expect([...new Set(line.split(', '))]).toEqual(['3', '2', '1', '0']);
});

it('fits the largest count, with marks at whole runs only', () => {
  const axis = (count: number) => / {2}y-axis .*/.exec(chart([{ atMs: 0, count }], 0) ?? '')?.[0];
  expect(axis(0)).toBe('  y-axis "in flight, up to 1" 0 --> 1');
  expect(axis(1)).toBe('  y-axis "in flight, up to 1" 0 --> 1');
  expect(axis(8)).toBe('  y-axis "in flight" 0 --> 8');
  expect(axis(9)).toBe('  y-axis "in flight" 0 --> 9');
});

it('draws nothing when nothing was counted', () => {
  expect(chart([], 40_000)).toBeUndefined();
});

test.prop([
  fc.array(fc.record({ atMs: fc.nat(100_000), count: fc.maxSafeNat().map((n) => n * 2) }), {
    minLength: 1,
    maxLength: 200,
  }),
  fc.nat(100_000),
])('has plain numbers only, and no more than a chart can show', (samples, elapsedMs) => {
  const drawing =
    chart(
      samples.sort((a, b) => a.atMs - b.atMs),
      elapsedMs,
    ) ?? '';
  const [, line = ''] = /\n {2}line \[(.*)\]$/.exec(drawing) ?? [];
  const points = line.split(', ');
  expect(points.length).toBeGreaterThanOrEqual(2);
  expect(points.length).toBeLessThanOrEqual(60);
  for (const point of points) expect(point).toMatch(/^\d+$/);
  expect(drawing).toMatch(/ 0 --> \d+(\.\d+)?\n.* 0 --> \d+\n/);
});
