import { expect, it } from 'vitest';
import { type CordonNews, nextProgress, NO_PROGRESS, type PollEvent } from './progress.ts';

const counted: PollEvent = {
  type: 'waiting',
  held: false,
  poll: 1,
  elapsedMs: 500,
  nextInMs: 20_000,
  lastSeen: { count: 1, ids: ['a'] },
};
const failed = (poll: number, type: 'retrying' | 'unavailable'): PollEvent => ({
  ...(type === 'retrying' ? { type, about: 'count', failedTries: 1 } : { type }),
  poll,
  elapsedMs: 21_000,
  nextInMs: 1000,
  reason: 'unreachable',
  message: 'gone',
});

it('knows when the last count came', () => {
  const progress = nextProgress(NO_PROGRESS, counted);
  expect(progress).toEqual({ event: counted, countedAtMs: 500 });
  expect(nextProgress(progress, failed(2, 'retrying'))).toEqual({
    event: failed(2, 'retrying'),
    countedAtMs: 500,
  });
  const settling: PollEvent = { type: 'settling', poll: 3, elapsedMs: 40_500, nextInMs: 20_000 };
  expect(nextProgress(progress, settling)).toEqual({ event: settling, countedAtMs: 40_500 });
  expect(nextProgress(NO_PROGRESS, failed(1, 'unavailable')).countedAtMs).toBeUndefined();
});

it('keeps news of the cordon apart, and since when it has been up', () => {
  const when = { poll: 1, nextInMs: 0 };
  const up: CordonNews = { type: 'cordoned', ...when, elapsedMs: 100 };
  const down: CordonNews = { type: 'uncordoned', ...when, elapsedMs: 200, message: 'gone' };
  const retried: CordonNews = {
    type: 'retrying',
    about: 'cordon',
    failedTries: 1,
    ...when,
    elapsedMs: 300,
    reason: 'unreachable',
    message: 'gone',
  };
  const again: CordonNews = { ...up, elapsedMs: 400 };
  let progress = nextProgress(NO_PROGRESS, counted);
  for (const [news, cordonedAtMs] of [
    [down, undefined],
    [up, 100],
    [retried, 100],
    [again, 100],
    [{ type: 'left', ...when, elapsedMs: 500, message: 'gone' }, undefined],
  ] satisfies [CordonNews, number | undefined][]) {
    progress = nextProgress(progress, news);
    expect(progress).toMatchObject({ event: counted, countedAtMs: 500, cordonNews: news });
    expect(progress.cordonedAtMs).toBe(cordonedAtMs);
  }
});
