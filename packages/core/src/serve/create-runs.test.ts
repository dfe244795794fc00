import { describe, expect, it, vi } from 'vitest';
import { RunRefused } from '../cordon/run-refused.ts';
import type { Deployment } from '../deployment.ts';
import { countInFlight } from '../in-flight/count-in-flight.ts';
import { createVirtualClock } from '../testing/virtual-clock.ts';
import { createRuns } from './create-runs.ts';
import type { DrainOptions, MemoryRuns, RunsOptions } from './runs.ts';

const MAX_WAIT_MS = 60_000;

const listed = (runs: MemoryRuns) => [...runs.list()].map(({ id }) => id);

describe('a run', () => {
  it('is in flight from the call of begin until its end', () => {
    const runs = createRuns();
    const run = runs.begin('t13');
    expect([run.id, runs.size, [...runs.list()]]).toEqual(['t13', 1, [{ id: 't13' }]]);
    run.end();
    expect([runs.size, listed(runs)]).toEqual([0, []]);
  });

  it('ends once, however often it is ended, and unbound', () => {
    const runs = createRuns();
    const { end } = runs.begin('t13');
    runs.begin('t13');
    end();
    end();
    expect(listed(runs)).toEqual(['t13']);
  });

  it.for<[unknown, string]>([
    ['', '0 characters'],
    ['x'.repeat(257), '257 characters'],
    [13, 'number'],
    [undefined, 'undefined'],
    [null, 'object'],
  ])('has an id of 1 to 256 characters, and not %j', async ([id, got]) => {
    const runs = createRuns();
    const error = new TypeError(`id must be a string of 1 to 256 characters, got ${got}`);
    expect(() => runs.begin(id as string)).toThrow(error);
    await expect(runs.during(id as string, () => 1)).rejects.toThrow(error);
    expect(runs.size).toBe(0);
    expect(runs.begin('x').id + runs.begin('x'.repeat(256)).id).toHaveLength(257);
  });

  it('does not begin while the cordon is up', () => {
    const runs = createRuns();
    runs.cordon.raise('deploy-7', 12_000);
    const refusal: unknown = expect.objectContaining({
      name: 'RunRefused',
      reason: 'cordon',
      holders: ['deploy-7'],
    });
    expect(() => runs.begin('t13')).toThrow(refusal);
    runs.cordon.lift('*');
    expect(runs.begin('t13').id).toBe('t13');
  });

  it('is listed as of the call, and no list changes later', () => {
    const runs = createRuns();
    const run = runs.begin('t13');
    const before = runs.list();
    run.end();
    expect([...before]).toEqual([{ id: 't13' }]);
  });
});

describe('during', () => {
  it('begins in its own turn, works, and ends the run', async () => {
    const runs = createRuns();
    const inside: string[][] = [];
    const result = runs.during('t13', async (run) => {
      inside.push(listed(runs));
      await Promise.resolve();
      inside.push(listed(runs));
      return run.id;
    });
    expect(inside).toEqual([['t13']]);
    expect(await result).toBe('t13');
    expect([inside[1], runs.size]).toEqual([['t13'], 0]);
  });

  it('rejects and does not work where no run may begin', async () => {
    const runs = createRuns();
    const work = vi.fn();
    runs.cordon.raise('deploy-7', 12_000);
    await expect(runs.during('t13', work)).rejects.toThrow(RunRefused);
    runs.cordon.lift('*');
    await expect(runs.during('t13', 'work' as unknown as () => void)).rejects.toThrow(
      new TypeError('work must be a function, got string'),
    );
    expect([work.mock.calls.length, runs.size]).toEqual([0, 0]);
  });
});

describe('the listeners of runs', () => {
  it('are called after each begin and end, and not after a refusal', () => {
    const runs = createRuns();
    const sizes: number[] = [];
    const { subscribe } = runs;
    const unsubscribe = subscribe(() => sizes.push(runs.size));
    const run = runs.begin('t13');
    runs.begin('t17');
    run.end();
    run.end();
    runs.cordon.raise('deploy-7', 12_000);
    expect(() => runs.begin('t21')).toThrow(RunRefused);
    expect(sizes).toEqual([1, 2, 1]);
    unsubscribe();
    runs.cordon.lift('*');
    runs.begin('t21');
    expect(sizes).toHaveLength(3);
  });
});

describe('the drain of runs', () => {
  it('shuts the door as soon as it begins, and waits for the runs before it', async () => {
    const clock = createVirtualClock();
    const runs = createRuns({ clock });
    const run = runs.begin('t13');
    void clock.sleep(5_000).then(run.end);
    expect(runs.closing.aborted).toBe(false);
    const drained = runs.drain({ maxWaitMs: MAX_WAIT_MS });
    expect(runs.closing.aborted).toBe(true);
    const refusal: unknown = expect.objectContaining({ reason: 'drain', retryAfterMs: 30_000, holders: [] });
    expect(() => runs.begin('t17')).toThrow(refusal);
    expect(await drained).toEqual({ outcome: 'quiet', elapsedMs: 5_000, lastSeen: { count: 0, ids: [] } });
    expect(() => runs.begin('t17')).toThrow(refusal);
  });

  it('refuses as a drain does, also while the cordon is up', async () => {
    const runs = createRuns();
    runs.cordon.raise('deploy-7', 12_000);
    await runs.drain({ maxWaitMs: 1 });
    expect(() => runs.begin('t13')).toThrow(expect.objectContaining({ reason: 'drain' }));
    expect(runs.cordon.holders()).toEqual(['deploy-7']);
  });

  it('happens once: each call returns the same promise, and the options of the first count', async () => {
    const clock = createVirtualClock();
    const runs = createRuns({ clock });
    runs.begin('t13');
    const again: Promise<unknown>[] = [];
    runs.closing.addEventListener('abort', () => again.push(runs.drain({ maxWaitMs: 3_000 })));
    const first = runs.drain({ maxWaitMs: 4_000 });
    again.push(runs.drain({ maxWaitMs: 5_000 }), runs.drain({} as DrainOptions));
    expect(new Set([first, ...again]).size).toBe(1);
    expect(await first).toMatchObject({ outcome: 'timed-out', lastSeen: { count: 1, ids: ['t13'] } });
  });

  it('counts once more at the very end of its time', async () => {
    const clock = createVirtualClock({ autoAdvance: false });
    const runs = createRuns({ clock });
    const { end } = runs.begin('t13');
    void clock.sleep(MAX_WAIT_MS).then(end);
    const drained = runs.drain({ maxWaitMs: MAX_WAIT_MS });
    await clock.advance(MAX_WAIT_MS);
    expect(await drained).toEqual({
      outcome: 'quiet',
      elapsedMs: MAX_WAIT_MS,
      lastSeen: { count: 0, ids: [] },
    });
  });

  it.for<[unknown, Error]>([
    [undefined, new TypeError('options must be an object with maxWaitMs, got undefined')],
    [{}, new TypeError('maxWaitMs must be a number, got undefined')],
    [{ maxWaitMs: 0 }, new RangeError('maxWaitMs must be from 1 to 2147483647 milliseconds, got 0')],
    [{ maxWaitMs: 1, maxWait: 2 }, new TypeError('"maxWait" is not an option: did you mean "maxWaitMs"?')],
    [{ maxWaitMs: 1, signal: 5 }, new TypeError('signal must be an AbortSignal, got number')],
  ])('with %j does not begin', async ([options, error]) => {
    const runs = createRuns();
    await expect(runs.drain(options as DrainOptions)).rejects.toThrow(error);
    expect(runs.begin('t13').id).toBe('t13');
    expect(runs.closing.aborted).toBe(false);
  });
});

it('runs that are listed are counted without a classify', () => {
  const runs = createRuns();
  for (const id of ['t17', 't13', 't17']) runs.begin(id);
  const counted = { count: 3, ids: ['t13', 't17', 't17'] };
  expect(countInFlight(runs.list() as Iterable<Deployment>)).toEqual(counted);
});

it.for<[unknown, Error]>([
  [null, new TypeError('options must be an object, got null')],
  [{ maxUp: 5 }, new TypeError('"maxUp" is not an option: did you mean "maxUpMs"?')],
  [{ clock: Date }, new TypeError('clock must be an object with now() and sleep(), got function')],
  [{ restMs: -1 }, new RangeError('restMs must be from 0 to 2147483647 milliseconds, got -1')],
])('options of %j are refused', ([options, error]) => {
  expect(() => createRuns(options as RunsOptions)).toThrow(error);
});

it('options reach the cordon, and undefined stands for every default', () => {
  const clock = createVirtualClock();
  expect(createRuns({ clock, maxUpMs: 1_500, restMs: 10 }).cordon.raise('a', 9_000).leaseMs).toBe(1_500);
  const unset = createRuns({ clock: undefined, maxUpMs: undefined, restMs: undefined });
  expect(unset.cordon.raise('a', 9_000_000).leaseMs).toBe(3_600_000);
});
