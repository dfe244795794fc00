import { getEventListeners } from 'node:events';
import { fc, test } from '@quietgate/testkit/property';
import { describe, expect, it, vi } from 'vitest';
import type { Deployment, InFlightCount } from '../deployment.ts';
import { countInFlight } from '../in-flight/count-in-flight.ts';
import type { InFlightIndex } from '../in-flight/in-flight-index.ts';
import { createVirtualClock } from '../testing/virtual-clock.ts';
import { createCordon } from '../serve/create-cordon.ts';
import { createInFlightIndex } from '../serve/create-in-flight-index.ts';
import { exceptStale } from '../serve/except-stale.ts';
import { createDrain, type CreateDrainOptions } from './create-drain.ts';

const MAX_WAIT_MS = 60_000;

const run = (id: string): Deployment => ({ id, status: 'tofu-applying' });

/** A server that keeps an index of its runs, on a clock of its own. */
function createServer(options: Partial<CreateDrainOptions> = {}) {
  const clock = createVirtualClock();
  const index = createInFlightIndex();
  const drain = createDrain({ index, maxWaitMs: MAX_WAIT_MS, clock, ...options } as CreateDrainOptions);
  /** Starts a run that takes so long, unless the drain has begun. */
  const start = (id: string, takesMs: number): boolean => {
    if (drain.hasBegun()) return false;
    index.set(run(id));
    void clock.sleep(takesMs).then(() => {
      index.delete(id);
    });
    return true;
  };
  return { clock, index, drain, start };
}

/** A drain of counts that are given in turn, the last one again and again. */
function drainOf(...counts: (() => InFlightCount | Promise<InFlightCount>)[]) {
  const clock = createVirtualClock();
  const source = vi.fn(() => counts[Math.min(source.mock.calls.length, counts.length) - 1]?.() ?? NONE);
  return { clock, source, drain: createDrain({ source, maxWaitMs: MAX_WAIT_MS, clock }) };
}

const NONE = { count: 0, ids: [] };
const ONE = { count: 1, ids: ['t13'] };
const none = () => NONE;
const one = () => ONE;
const hang = () => new Promise<never>(() => undefined);
const fail = () => {
  throw new Error('the store is gone');
};

describe('a drain', () => {
  it('closes the door as soon as it begins, and for good', async () => {
    const { drain, start } = createServer();
    expect([drain.hasBegun(), drain.closing.aborted, start('t13', 5_000)]).toEqual([false, false, true]);
    const ended = drain.begin();
    expect([drain.hasBegun(), drain.closing.aborted, start('t17', 5_000)]).toEqual([true, true, false]);
    expect(await ended).toEqual({ outcome: 'quiet', elapsedMs: 5_000, lastSeen: NONE });
    expect([drain.hasBegun(), start('t17', 5_000)]).toEqual([true, false]);
  });

  it('admits runs until it begins, beside a cordon or without', async () => {
    const { drain } = createServer();
    const cordon = createCordon();
    const start = vi.fn(() => 'started');
    const admit = () => drain.admit(() => cordon.admit(start));
    expect(admit()).toBe('started');
    cordon.raise('deploy-7', 60_000);
    expect(admit).toThrow(expect.objectContaining({ reason: 'cordon' }) as Error);
    await drain.begin();
    expect(admit).toThrow(
      expect.objectContaining({
        name: 'RunRefused',
        reason: 'drain',
        retryAfterMs: 30_000,
        holders: [],
      }) as Error,
    );
    expect(start).toHaveBeenCalledTimes(1);
  });

  it('admits nothing but a function, before it begins and after', async () => {
    const { drain } = createServer();
    const admit = () => drain.admit('start' as unknown as () => string);
    const error = new TypeError('start must be a function, got string');
    expect(admit).toThrow(error);
    await drain.begin();
    expect(admit).toThrow(error);
  });

  it('leaves the cordon as it is, and stays begun whatever becomes of that', async () => {
    const cordon = createCordon();
    const { drain } = createServer();
    await drain.begin();
    expect(cordon.isUp()).toBe(false);
    cordon.raise('deploy-7', 60_000);
    cordon.lift('*');
    expect([cordon.isUp(), drain.hasBegun()]).toEqual([false, true]);
  });

  it('is quiet at once where nothing is in flight', async () => {
    const { drain } = createServer();
    expect(await drain.begin()).toEqual({ outcome: 'quiet', elapsedMs: 0, lastSeen: NONE });
  });

  it('misses no run that ends while it counts', async () => {
    const { drain, index } = createServer();
    index.set(run('t13'));
    const ended = drain.begin();
    await Promise.resolve();
    index.delete('t13');
    expect(await ended).toMatchObject({ outcome: 'quiet', elapsedMs: 0 });
  });

  it('ends with its time, and says what the end of the process destroys', async () => {
    const { drain, start } = createServer();
    start('t21', 2 * MAX_WAIT_MS);
    start('t17', 30_000);
    start('t13', 2 * MAX_WAIT_MS);
    expect(await drain.begin()).toEqual({
      outcome: 'timed-out',
      elapsedMs: MAX_WAIT_MS,
      lastSeen: { count: 2, ids: ['t13', 't21'] },
    });
  });

  it('sees the last run end at the very end of its time', async () => {
    const clock = createVirtualClock({ autoAdvance: false });
    const index = createInFlightIndex();
    index.set(run('t13'));
    void clock.sleep(MAX_WAIT_MS).then(() => {
      index.delete('t13');
    });
    const ended = createDrain({ index, maxWaitMs: MAX_WAIT_MS, clock }).begin();
    await clock.advance(MAX_WAIT_MS);
    expect(await ended).toEqual({ outcome: 'quiet', elapsedMs: MAX_WAIT_MS, lastSeen: NONE });
  });

  it('happens once, however often it is begun', async () => {
    const { drain, source } = drainOf(none);
    const { begin } = drain;
    const first = begin();
    expect(begin()).toBe(first);
    await first;
    expect(begin()).toBe(first);
    expect(source).toHaveBeenCalledTimes(1);
  });

  it('takes what an index holds for in flight, by whatever classify', async () => {
    const clock = createVirtualClock();
    const index = createInFlightIndex<{ id: string }>({ classify: () => 'phase-0' });
    index.set({ id: 'of another shape' });
    const drain = createDrain({ index, maxWaitMs: 10, clock });
    expect(await drain.begin()).toMatchObject({ lastSeen: { count: 1, ids: ['of another shape'] } });
  });

  test.prop([
    fc.array(fc.record({ startsAtMs: fc.nat(50), takesMs: fc.integer({ min: 1, max: 50 }) }), {
      maxLength: 8,
    }),
    fc.nat(50),
    fc.integer({ min: 1, max: 60 }),
  ])(
    'admits no run once it has begun, and is quiet exactly if those before it end in time',
    async (runs, beginsAtMs, maxWaitMs) => {
      // Runs start at even times and take even ones, the drain begins and ends at odd ones: nothing happens at once.
      const beganAt = 4 * beginsAtMs + 1;
      const { clock, drain, start } = createServer({ maxWaitMs: 4 * maxWaitMs + 1 });
      const startInTime = async ({ startsAtMs, takesMs }: (typeof runs)[number], number: number) => {
        await clock.sleep(4 * startsAtMs);
        return start(`run-${number}`, 4 * takesMs);
      };
      const beginInTime = async () => {
        await clock.sleep(beganAt);
        return drain.begin();
      };
      const [result, ...started] = await Promise.all([beginInTime(), ...runs.map(startInTime)]);

      const admitted = runs.map(({ startsAtMs }) => 4 * startsAtMs < beganAt);
      expect(started).toEqual(admitted);
      const ends = runs.map(({ startsAtMs, takesMs }, number) => ({
        id: `run-${number}`,
        atMs: admitted[number] === true ? 4 * (startsAtMs + takesMs) - beganAt : 0,
      }));
      const lost = ends.filter(({ atMs }) => atMs > 4 * maxWaitMs + 1).map(({ id }) => id);
      expect(result).toEqual({
        outcome: lost.length === 0 ? 'quiet' : 'timed-out',
        elapsedMs: Math.min(Math.max(0, ...ends.map(({ atMs }) => atMs)), 4 * maxWaitMs + 1),
        lastSeen: { count: lost.length, ids: lost.sort() },
      });
    },
  );
});

describe('a source', () => {
  it('is asked every second until it counts zero', async () => {
    const { drain, source } = drainOf(one, one, none);
    expect(await drain.begin()).toEqual({ outcome: 'quiet', elapsedMs: 2_000, lastSeen: NONE });
    expect(source).toHaveBeenCalledTimes(3);
  });

  it.for<[string, () => InFlightCount | Promise<InFlightCount>, number, string]>([
    ['throws', fail, 2_000, 'the source failed: the store is gone'],
    ['rejects', async () => Promise.reject(new Error('gone')), 2_000, 'the source failed: gone'],
    ['hangs', hang, 12_000, 'the source gave no complete answer within '],
    [
      'returns something else',
      () => 0 as unknown as InFlightCount,
      2_000,
      'the source returned no in-flight count: expected an object with a count, got 0',
    ],
  ])('that %s is not quiet, and is asked again', async ([, trouble, quietAtMs, message]) => {
    expect(await drainOf(one, trouble, none).drain.begin()).toEqual({
      outcome: 'quiet',
      elapsedMs: quietAtMs,
      lastSeen: NONE,
    });
    expect(await drainOf(one, trouble).drain.begin()).toMatchObject({
      outcome: 'timed-out',
      elapsedMs: MAX_WAIT_MS,
      lastSeen: ONE,
      message: expect.stringContaining(message) as unknown,
    });
    expect(await drainOf(trouble).drain.begin()).not.toHaveProperty('lastSeen');
  });

  it('with exceptStale leaves out what a crashed predecessor left in a store, which an index would wait for', async () => {
    const clock = createVirtualClock();
    const index = createInFlightIndex();
    index.set(run('t13')); // as read from the store at the start
    const classify = exceptStale<Deployment>({
      afterMs: 60_000,
      confirmMs: 0,
      lastSignOfLife: () => '2026-05-17T09:00:00Z',
    });
    const wait = { maxWaitMs: MAX_WAIT_MS, clock };
    expect(await createDrain({ index, ...wait }).begin()).toMatchObject({ outcome: 'timed-out' });
    const source = () => countInFlight(index, { classify });
    expect(await createDrain({ source, ...wait }).begin()).toMatchObject({ outcome: 'quiet' });
  });

  it('is not waited for longer than the drain', async () => {
    const clock = createVirtualClock();
    const signals: AbortSignal[] = [];
    const source = ({ signal }: { signal: AbortSignal }) => {
      signals.push(signal);
      return hang();
    };
    const drain = createDrain({ source, maxWaitMs: 3_000, clock });
    expect(await drain.begin()).toMatchObject({ outcome: 'timed-out', elapsedMs: 3_000 });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe('the signal', () => {
  it('calls the waiting off at once, but opens no door', async () => {
    const second = new AbortController();
    const { clock, drain, start } = createServer({ signal: second.signal });
    start('t13', 2 * MAX_WAIT_MS);
    const ended = drain.begin();
    await clock.sleep(1_500);
    second.abort(new Error('SIGTERM again'));
    await expect(ended).rejects.toThrow('SIGTERM again');
    expect([clock.now(), drain.hasBegun()]).toEqual([1_500, true]);
  });

  it('that has aborted already ends it before a count', async () => {
    const { clock, source } = drainOf(one);
    const drain = createDrain({ source, maxWaitMs: 1, clock, signal: AbortSignal.abort(new Error('late')) });
    await expect(drain.begin()).rejects.toThrow('late');
    expect(drain.hasBegun()).toBe(true);
    expect(source).not.toHaveBeenCalled();
  });
});

it.for<[string, (server: { second: AbortController; index: InFlightIndex<Deployment> }) => void]>([
  [
    'quiet',
    ({ index }) => {
      index.delete('t13');
    },
  ],
  ['timed out', () => undefined],
  [
    'called off',
    ({ second }) => {
      second.abort();
    },
  ],
])('leaves nothing behind when it is %s', async ([, end]) => {
  const clock = createVirtualClock({ autoAdvance: false });
  const second = new AbortController();
  const index = createInFlightIndex();
  index.set(run('t13'));
  const { subscribe } = index;
  let subscriptions = 0;
  Object.assign(index, {
    subscribe(onChange: () => void) {
      const unsubscribe = subscribe(onChange);
      subscriptions++;
      return () => {
        subscriptions--;
        unsubscribe();
      };
    },
  });
  const drain = createDrain({ index, maxWaitMs: MAX_WAIT_MS, clock, signal: second.signal });
  const settled = Promise.allSettled([drain.begin()]);
  await clock.advance(MAX_WAIT_MS - 1);
  expect(subscriptions).toBe(1);
  end({ second, index });
  await clock.advance(1);
  await settled;
  expect([clock.pending, subscriptions, getEventListeners(second.signal, 'abort')]).toEqual([0, 0, []]);
});

describe('wrong usage', () => {
  const right = { index: createInFlightIndex(), maxWaitMs: 1 };

  it.for<[unknown, Error]>([
    [
      undefined,
      new TypeError('options must be an object with maxWaitMs, and an index or a source, got undefined'),
    ],
    [{ ...right, maxWait: 5 }, new TypeError('"maxWait" is not an option: did you mean "maxWaitMs"?')],
    [{ maxWaitMs: 1 }, new TypeError('either index or source is needed, got neither')],
    [{ ...right, source: none }, new TypeError('index and source exclude each other, got both')],
    [{ ...right, index: [] }, new TypeError('index must be an in-flight index, got array')],
    [
      { ...right, index: { subscribe: () => () => undefined } },
      new TypeError('index must be an in-flight index, got object'),
    ],
    [{ ...right, index: null }, new TypeError('index must be an in-flight index, got null')],
    [
      { source: NONE, maxWaitMs: 1 },
      new TypeError('source must be a function that returns an in-flight count, got object'),
    ],
    [{ index: right.index }, new TypeError('maxWaitMs must be a number, got undefined')],
    [
      { ...right, maxWaitMs: 0 },
      new RangeError('maxWaitMs must be from 1 to 2147483647 milliseconds, got 0'),
    ],
    [
      { ...right, maxWaitMs: NaN },
      new RangeError('maxWaitMs must be from 1 to 2147483647 milliseconds, got NaN'),
    ],
    [{ ...right, signal: 5 }, new TypeError('signal must be an AbortSignal, got number')],
    [
      { ...right, clock: Date },
      new TypeError('clock must be an object with now() and sleep(), got function'),
    ],
  ])('%j is refused before anything begins', ([options, error]) => {
    expect(() => createDrain(options as CreateDrainOptions)).toThrow(error);
  });

  it('takes undefined for every default', async () => {
    const unset = { source: undefined, signal: undefined, clock: undefined };
    expect(await createDrain({ ...right, ...unset }).begin()).toMatchObject({ outcome: 'quiet' });
  });
});
