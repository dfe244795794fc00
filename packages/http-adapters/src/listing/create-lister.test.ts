import type { Deployment } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { describe, expect, test, vi } from 'vitest';
import { createLister } from './create-lister.ts';

/** How long something may take, on a machine that is busy. */
const LIMIT = { timeout: 60_000 };

const LIMIT_MS = 1000;

/** What every lister here has, unless it says otherwise. */
const defaults = {
  classify: undefined,
  listTimeoutMs: LIMIT_MS,
  onUnknown: () => undefined,
  onFailure: () => undefined,
};

const failed = (error: Error) => expect.objectContaining({ ok: false, error }) as unknown;
const counted = (...ids: string[]) =>
  expect.objectContaining({ ok: true, inFlight: { count: ids.length, ids }, unknown: 0 }) as unknown;

/** A store whose listings hang, on a clock that the test moves. */
function hangingStore() {
  const clock = createVirtualClock({ autoAdvance: false });
  const ends: ((deployments: Deployment[]) => void)[] = [];
  const signals: AbortSignal[] = [];
  const lister = createLister<Deployment, undefined>(
    {
      ...defaults,
      listDeployments: ({ signal }) => {
        signals.push(signal);
        return new Promise((resolve) => ends.push(resolve));
      },
    },
    clock,
  );
  const list = () => lister.list(undefined);
  const giveUp = async () => {
    const listing = list();
    await clock.advance(LIMIT_MS);
    return listing;
  };
  const isOverloaded = () => clock.now() < lister.nextStartAt();
  return { clock, ends, signals, isOverloaded, list, giveUp };
}

const tooLong = new Error('listing the deployments took longer than 1000 ms');
const overload = (pending: number) =>
  new Error(`${pending} listings that were given up are still pending, so no other is started yet`);

describe('the signal of a listing', () => {
  test('aborts when its time is over, with the error that the caller gets', async () => {
    const { clock, signals, list } = hangingStore();
    const listing = list();
    await clock.advance(LIMIT_MS - 1);
    expect(signals[0]?.aborted).toBe(false);
    await clock.advance(1);
    expect(await listing).toEqual(failed(tooLong));
    expect(signals[0]?.reason).toEqual(tooLong);
  });

  test('does not abort when the listing ended in time', async () => {
    const { clock, signals, ends, list } = hangingStore();
    const listing = list();
    ends[0]?.([]);
    expect(await listing).toMatchObject({ ok: true });
    await clock.advance(LIMIT_MS);
    expect(signals[0]?.aborted).toBe(false);
    expect(clock.pending).toBe(0);
  });

  test('is the same, however late it is read', async () => {
    const clock = createVirtualClock();
    const contexts: { signal: AbortSignal }[] = [];
    const listDeployments = (context: { signal: AbortSignal }) => {
      contexts.push(context);
      return new Promise<Deployment[]>(() => undefined);
    };
    await createLister({ ...defaults, listDeployments }, clock).list(undefined);
    const [context] = contexts;
    expect(context?.signal.reason).toEqual(tooLong);
    expect({ ...context }).toEqual({ signal: context?.signal });
  });

  test('does not let a store that heeds it change the error', async () => {
    const clock = createVirtualClock();
    const listDeployments = ({ signal }: { signal: AbortSignal }) =>
      new Promise<Deployment[]>((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('the query was cancelled'));
        });
      });
    const lister = createLister({ ...defaults, listDeployments }, clock);
    expect(await lister.list(undefined)).toEqual(failed(tooLong));
  });
});

describe('a list', () => {
  const inFlight: Deployment[] = [{ id: 'a', status: 'pending' }];

  test.for([
    ['a promise', () => Promise.resolve(inFlight)],
    [
      'what can only be awaited',
      () => ({
        then: (resolve: (list: Deployment[]) => void) => {
          resolve(inFlight);
        },
      }),
    ],
  ] as const)('may come as %s', async ([, returned]) => {
    const listDeployments = returned as () => Promise<Deployment[]>;
    const lister = createLister({ ...defaults, listDeployments }, createVirtualClock());
    expect(await lister.list(undefined)).toEqual(counted('a'));
  });

  const entries = new Map([['a', inFlight[0]]]);
  test.for([
    ['what a Map returns', () => entries.values()],
    [
      'a generator',
      () =>
        (function* () {
          yield* inFlight;
        })(),
    ],
    [
      'an iterator with an iterator of its own',
      () => Object.assign(inFlight.values(), { return: undefined }),
    ],
  ] as const)('that can be read only once, as %s, fails when it comes back', async ([, makeIterator]) => {
    const iterator = makeIterator() as Iterable<Deployment>;
    let listed = iterator;
    const lister = createLister({ ...defaults, listDeployments: () => listed }, createVirtualClock());
    expect(await lister.list(undefined)).toEqual(counted('a'));
    listed = makeIterator() as Iterable<Deployment>;
    expect(await lister.list(undefined)).toEqual(counted('a'));
    for (listed of [iterator, Promise.resolve(iterator) as never]) {
      expect(await lister.list(undefined)).toEqual(
        failed(
          new TypeError(
            'the deployments are an iterator that has been read before, and is empty now: give an array, or a new iterator each time',
          ),
        ),
      );
    }
  });

  test.for([
    ['an array', inFlight],
    ['a set', new Set(inFlight)],
    ['what has a next, but makes iterators', { next: 1, [Symbol.iterator]: () => inFlight.values() }],
  ] as const)('that can be read again, as %s, may come back', async ([, listed]) => {
    const lister = createLister({ ...defaults, listDeployments: () => listed }, createVirtualClock());
    for (let listings = 0; listings < 3; listings++) {
      expect(await lister.list(undefined)).toEqual(counted('a'));
    }
  });

  test('that is there at once starts no timer', async () => {
    const clock = { now: () => 0, sleep: vi.fn() };
    const lister = createLister({ ...defaults, listDeployments: () => inFlight }, clock);
    expect(await lister.list(undefined)).toEqual(counted('a'));
    expect(clock.sleep).not.toHaveBeenCalled();
  });
});

describe('listings that were given up', () => {
  test('are four at most, until ten seconds after the last one began', async () => {
    const { clock, ends, isOverloaded, list, giveUp } = hangingStore();
    for (let given = 0; given < 4; given++) {
      expect(isOverloaded()).toBe(false);
      expect(await giveUp()).toEqual(failed(tooLong));
    }
    expect(isOverloaded()).toBe(true);
    expect(await list()).toEqual(failed(overload(4)));
    await clock.advance(10_000 - LIMIT_MS - 1);
    expect(await list()).toEqual(failed(overload(4)));
    expect(ends).toHaveLength(4);

    await clock.advance(1);
    expect(isOverloaded()).toBe(false);
    expect(await giveUp()).toEqual(failed(tooLong));
    expect(ends).toHaveLength(5);
    expect(await list()).toEqual(failed(overload(5)));
    await clock.advance(10_000 - LIMIT_MS);
    const trial = list();
    ends[5]?.([{ id: 'a', status: 'pending' }]);
    expect(await trial).toEqual(counted('a'));
    expect(await list()).toEqual(failed(overload(5)));
  });

  test('count no longer once they end, whatever comes of them', async () => {
    const { ends, isOverloaded, list, giveUp } = hangingStore();
    for (let given = 0; given < 4; given++) await giveUp();
    ends[2]?.([]);
    await vi.waitFor(() => {
      expect(isOverloaded()).toBe(false);
    }, LIMIT);
    const listing = list();
    ends[4]?.([]);
    expect(await listing).toMatchObject({ ok: true });
  });

  test('are none of those that fail in time', async () => {
    const clock = createVirtualClock({ autoAdvance: false });
    const listDeployments = () => Promise.reject(new Error('the disk is gone'));
    const lister = createLister<Deployment, undefined>({ ...defaults, listDeployments }, clock);
    for (let failed = 0; failed < 10; failed++) await lister.list(undefined);
    expect(lister.nextStartAt()).toBe(-Infinity);
  });
});
