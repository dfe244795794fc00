import { describe, expect, it } from 'vitest';
import { drawChart } from './chart.ts';

describe('drawChart', () => {
  it('draws a count that falls', () => {
    const samples = [
      { atMs: 0, count: 3 },
      { atMs: 250, count: 2 },
      { atMs: 500, count: 1 },
      { atMs: 1000, count: 0 },
    ];
    expect(drawChart(samples, 8)).toEqual(['3 ██', '2 ████', '1 ████████', '0 ────────┤']);
  });

  it('draws a count that rises again', () => {
    const samples = [
      { atMs: 0, count: 1 },
      { atMs: 10, count: 0 },
      { atMs: 20, count: 2 },
      { atMs: 40, count: 0 },
    ];
    expect(drawChart(samples, 4)).toEqual(['2   ██', '1 █ ██', '0 ────┤']);
  });

  it('keeps each count until the next sample', () => {
    const samples = [
      { atMs: 0, count: 1 },
      { atMs: 999, count: 1 },
      { atMs: 1000, count: 0 },
    ];
    expect(drawChart(samples, 5)[0]).toBe('1 █████');
  });

  it.each([[[]], [[{ atMs: 0, count: 0 }]]])('draws the axis alone for %j', (samples) => {
    expect(drawChart(samples, 3)).toEqual(['0 ───┤']);
  });
});
