import type { GateEvent } from '@quietgate/core';
import { expect, it } from 'vitest';
import { nextProgress, NO_PROGRESS } from './progress.ts';

const counted: GateEvent = {
  type: 'waiting',
  poll: 1,
  elapsedMs: 500,
  nextInMs: 20_000,
  lastSeen: { count: 1, ids: ['a'] },
};
const failed = (poll: number, type: 'retrying' | 'unavailable'): GateEvent => ({
  type,
  poll,
  elapsedMs: 21_000,
  nextInMs: 1000,
  reason: 'unreachable',
  message: 'gone',
});

it('knows when the last count came', () => {
  const progress = nextProgress(NO_PROGRESS, counted);
  expect(progress).toEqual({ event: counted, failedTries: 0, countedAtMs: 500 });
  expect(nextProgress(progress, failed(2, 'retrying')).countedAtMs).toBe(500);
  expect(nextProgress(NO_PROGRESS, failed(1, 'retrying')).countedAtMs).toBeUndefined();
});

it('counts the failed tries of one poll', () => {
  const events = [
    failed(1, 'retrying'),
    failed(1, 'retrying'),
    failed(1, 'unavailable'),
    failed(2, 'retrying'),
    { ...counted, poll: 2 },
    failed(3, 'retrying'),
  ];
  let progress = NO_PROGRESS;
  const tries = events.map((event) => (progress = nextProgress(progress, event)).failedTries);
  expect(tries).toEqual([1, 2, 3, 1, 0, 1]);
});
