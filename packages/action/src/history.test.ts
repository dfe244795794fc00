import { expect, it } from 'vitest';
import { type History, NO_HISTORY, remember } from './history.ts';

const seen = (...ids: string[]) => ({ count: ids.length, ids });

it('follows each run from when it was first seen to when it was gone', () => {
  let history: History = NO_HISTORY;
  history = remember(history, seen('a', 'b'), 0);
  history = remember(history, seen('b', 'c'), 20);
  history = remember(history, undefined, 30);
  history = remember(history, seen(), 40);
  expect(history).toEqual({
    samples: [
      { atMs: 0, count: 2 },
      { atMs: 20, count: 2 },
      { atMs: 40, count: 0 },
    ],
    runs: [
      { id: 'a', fromMs: 0, untilMs: 20 },
      { id: 'b', fromMs: 0, untilMs: 40 },
      { id: 'c', fromMs: 20, untilMs: 40 },
    ],
  });
});

it('takes an id that comes back for another run', () => {
  const ids = [['a'], [], ['a', 'a']];
  const history = ids.reduce((before, each, poll) => remember(before, seen(...each), poll), NO_HISTORY);
  expect(history.runs).toEqual([
    { id: 'a', fromMs: 0, untilMs: 1 },
    { id: 'a', fromMs: 2 },
  ]);
});

it('is bounded, however many runs a server names', () => {
  const ids = Array.from({ length: 5000 }, (_, index) => `run-${index}`);
  expect(remember(NO_HISTORY, { count: 5000, ids }, 0).runs).toHaveLength(1000);
});
