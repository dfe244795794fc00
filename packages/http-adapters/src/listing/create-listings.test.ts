import type { Deployment } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { describe, expect, test, vi } from 'vitest';
import { createListings } from './create-listings.ts';

const BUSY: Deployment[] = [{ id: 'a', status: 'pending' }];
const LIMIT_MS = 1000;

const requestFrom = () => ({ signal: vi.fn(() => undefined), isServerClosing: () => false });

/** Listings of requests that may share nothing, on a clock that the test moves. */
function isolated(listDeployments: () => Deployment[] | Promise<Deployment[]>) {
  const clock = createVirtualClock({ autoAdvance: false });
  const subscribe = vi.fn(() => () => undefined);
  const onFailure = vi.fn();
  const options = {
    listDeployments,
    classify: undefined,
    listTimeoutMs: LIMIT_MS,
    maxHoldMs: 25_000,
    maxHeld: 100,
    relistMs: 1000,
    subscribe,
    onUnknown: () => undefined,
    onFailure,
  };
  const listings = createListings<Deployment, ReturnType<typeof requestFrom>>(options, clock, true);
  return { clock, subscribe, onFailure, listings };
}

describe('where requests may share nothing', () => {
  test('each lists for itself, at once and at the same time', async () => {
    const ends: ((found: Deployment[]) => void)[] = [];
    const { listings } = isolated(() => new Promise((resolve) => ends.push(resolve)));
    const asked = [listings.latest(requestFrom()), listings.latest(requestFrom())];
    expect(ends).toHaveLength(2);
    expect(listings.isClosed).toBe(false);
    ends[1]?.([]);
    expect(await asked[1]).toMatchObject({ inFlight: { count: 0 } });
    ends[0]?.(BUSY);
    expect(await asked[0]).toMatchObject({ inFlight: { count: 1 } });
  });

  test('nobody is held, and nothing is subscribed', async () => {
    const { listings, subscribe, clock } = isolated(() => BUSY);
    const request = requestFrom();
    const { listing, limitMs } = await listings.untilQuiet(request, 20);
    expect(listing).toMatchObject({ inFlight: { count: 1 } });
    expect(limitMs).toBeUndefined();
    expect([subscribe.mock.calls, request.signal.mock.calls, clock.pending]).toEqual([[], [], 0]);
  });

  test('none waits for those that were given up, which may never end', async () => {
    const { listings, clock, onFailure } = isolated(() => new Promise(() => undefined));
    for (let asked = 0; asked < 6; asked++) {
      const listing = listings.latest(requestFrom());
      await clock.advance(LIMIT_MS);
      expect(await listing).toMatchObject({ ok: false });
    }
    const errors = onFailure.mock.calls.map(([, error]: unknown[]) => String(error));
    expect(new Set(errors)).toEqual(new Set(['Error: listing the deployments took longer than 1000 ms']));
  });
});
