import { expect, it } from 'vitest';
import { createSightings } from './create-sightings.ts';

const HOUR_MS = 3_600_000;

const seen = (lookedAt: number) => ({ signAt: 0, lookedAt, watchedMs: 0, isStale: true });

it('recalls what was kept within the hour, and nothing that was dropped', () => {
  const { recall, keep } = createSightings();
  keep('a', seen(0));
  keep('b', seen(1));
  expect([recall('a', HOUR_MS - 1), recall('a', HOUR_MS), recall('b', HOUR_MS)]).toEqual([
    seen(0),
    undefined,
    seen(1),
  ]);
  keep('b', undefined);
  expect(recall('b', HOUR_MS)).toBeUndefined();
});

it('forgets what was looked at before a clock was set back, an hour after it is noticed', () => {
  const { recall, keep } = createSightings();
  keep('ahead', seen(100 * HOUR_MS));
  keep('a', seen(0));
  expect(recall('a', HOUR_MS - 1)).toEqual(seen(0));
  expect(recall('a', HOUR_MS)).toBeUndefined();
  expect(recall('ahead', 2 * HOUR_MS - 2)).toEqual(seen(100 * HOUR_MS));
  expect(recall('ahead', 2 * HOUR_MS)).toBeUndefined();
});

it('keeps nothing for longer than an hour, whatever the clock says next', () => {
  const { recall, keep } = createSightings();
  keep('a', seen(0));
  recall('b', HOUR_MS);
  expect(recall('a', HOUR_MS - 1)).toBeUndefined();
});

it.for([NaN, Infinity, -Infinity])('recalls nothing at %d, and forgets nothing', (now) => {
  const { recall, keep } = createSightings();
  keep('a', seen(0));
  expect(recall('a', now)).toBeUndefined();
  expect(recall('a', 1)).toEqual(seen(0));
});
