import type { QuietResult } from '@quietgate/core';
import { expect, it } from 'vitest';
import { outputsOf } from './outputs.ts';

const quiet: QuietResult = { outcome: 'quiet', polls: 3, elapsedMs: 2000, lastSeen: { count: 0, ids: [] } };
const busy = (id: string): QuietResult => ({
  outcome: 'timed-out',
  polls: 2,
  elapsedMs: 5000,
  lastSeen: { count: 1, ids: [id] },
});
const failed = (reason: 'unreachable' | 'not-found'): QuietResult => ({
  outcome: 'failed-open',
  reason,
  message: 'gone',
  polls: 1,
  elapsedMs: 1000,
});

it('the outputs of several servers add up, with the longest time and the first reason', () => {
  const results = [quiet, failed('not-found'), busy('a'), failed('unreachable'), busy('b')];
  expect(outputsOf(results)).toEqual({
    outcome: 'timed-out',
    reason: 'not-found',
    count: '2',
    ids: '["a","b"]',
    polls: '9',
    'elapsed-ms': '5000',
  });
});

it.each([
  [[quiet, busy('a'), failed('not-found')], 'timed-out'],
  [[quiet, failed('not-found')], 'failed-open'],
  [[quiet, quiet], 'quiet'],
])('the outcome is the first of timed-out, failed-open and quiet: %j', (results, outcome) => {
  expect(outputsOf(results)['outcome']).toBe(outcome);
});
