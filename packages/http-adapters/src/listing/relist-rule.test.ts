import { fc, test as property } from '@quietgate/testkit/property';
import { describe, expect, test } from 'vitest';
import type { Listing } from './listing.ts';
import { holdLimitMs, isAnswered, relistAt } from './relist-rule.ts';

const timeArb = fc.integer({ min: 0, max: 1_000_000 });
const listingArb = fc
  .record({ startedAt: timeArb, tookMs: timeArb, count: fc.option(fc.nat(3), { nil: undefined }) })
  .map(({ startedAt, tookMs, count }): Listing => ({
    startedAt,
    endedAt: startedAt + tookMs,
    ...(count === undefined
      ? { ok: false, error: new Error('the disk is gone') }
      : { ok: true, inFlight: { count, ids: [] }, unknown: 0 }),
  }));

describe('a request that waits', () => {
  property.prop([listingArb, timeArb, timeArb])(
    'is answered early only when it is quiet, or when the listing failed',
    (listing, dueAt, now) => {
      const isBusy = listing.ok && listing.inFlight.count > 0;
      expect(isAnswered(listing, dueAt, now)).toBe(!isBusy || now >= dueAt);
    },
  );

  test.each([
    [0, 25_000, 0],
    [3, 25_000, 3000],
    [25, 25_000, 25_000],
    [26, 25_000, 25_000],
    [Number.MAX_SAFE_INTEGER, 25_000, 25_000],
    [5, 0, 0],
    [5, 1500.5, 1500.5],
  ])('for %d s, where %d ms are the most, waits %d ms', (seconds, maxHoldMs, limitMs) => {
    expect(holdLimitMs(seconds, maxHoldMs)).toBe(limitMs);
  });
});

describe('the next listing', () => {
  property.prop([listingArb, fc.boolean(), timeArb])(
    'leaves the store alone for four times what the last one took',
    (listing, isChanged, relistMs) => {
      const { startedAt, endedAt } = listing;
      expect(relistAt(listing, isChanged, relistMs) - endedAt).toBeGreaterThanOrEqual(
        4 * (endedAt - startedAt),
      );
    },
  );

  test.each([
    { tookMs: 100, isChanged: false, at: 2000 },
    { tookMs: 250, isChanged: false, at: 2000 },
    { tookMs: 300, isChanged: false, at: 2200 },
    { tookMs: 300, isChanged: true, at: 2200 },
    { tookMs: 100, isChanged: true, at: 1400 },
    { tookMs: 0, isChanged: true, at: 1000 },
  ])('after one of $tookMs ms that ended at 1000 starts at $at; changed: $isChanged', (listed) => {
    const { tookMs, isChanged, at } = listed;
    const inFlight = { count: 1, ids: [] };
    const listing = { startedAt: 1000 - tookMs, endedAt: 1000, ok: true, inFlight, unknown: 0 } as const;
    expect(relistAt(listing, isChanged, 1000)).toBe(at);
  });
});
