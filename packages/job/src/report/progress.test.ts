import type { GateEvent } from '@quietgate/core';
import { expect, it } from 'vitest';
import { nextProgress, NO_PROGRESS } from './progress.ts';

const counted: GateEvent = {
  type: 'waiting',
  held: false,
  poll: 1,
  elapsedMs: 500,
  nextInMs: 20_000,
  lastSeen: { count: 1, ids: ['a'] },
};
const failed = (poll: number, type: 'retrying' | 'unavailable'): GateEvent => ({
  ...(type === 'retrying' ? { type, about: 'count', failedTries: 1 } : { type }),
  poll,
  elapsedMs: 21_000,
  nextInMs: 1000,
  reason: 'unreachable',
  message: 'gone',
});

it('knows when the last count came', () => {
  const progress = nextProgress(NO_PROGRESS, counted, 20_000);
  expect(progress).toEqual({ event: counted, failedTries: 0, countedAtMs: 500, isHeldNext: false });
  expect(nextProgress(progress, failed(2, 'retrying'), 20_000).countedAtMs).toBe(500);
  expect(nextProgress(NO_PROGRESS, failed(1, 'retrying'), 20_000).countedAtMs).toBeUndefined();
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
  const tries = events.map((event) => (progress = nextProgress(progress, event, 20_000)).failedTries);
  expect(tries).toEqual([1, 2, 3, 1, 0, 1]);
});

it('knows when the server holds the next request: not before it has applied a wait, nor after a failure', () => {
  const events: [event: GateEvent, isHeldNext: boolean][] = [
    [{ ...counted, nextInMs: 4 }, false],
    [{ ...counted, nextInMs: 0 }, true],
    [{ ...counted, nextInMs: 4 }, true],
    [{ ...counted, nextInMs: 15_000 }, true],
    [failed(2, 'retrying'), false],
    [{ ...counted, nextInMs: 4 }, false],
    [{ ...counted, nextInMs: 0 }, true],
    [{ ...counted, nextInMs: 20_000 }, false],
  ];
  let progress = NO_PROGRESS;
  const held = events.map(([event]) => (progress = nextProgress(progress, event, 20_000)).isHeldNext);
  expect(held).toEqual(events.map(([, isHeldNext]) => isHeldNext));
});
