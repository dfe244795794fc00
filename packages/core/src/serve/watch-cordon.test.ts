import { getEventListeners } from 'node:events';
import { fc, test } from '@quietgate/testkit/property';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createVirtualClock } from '../testing/virtual-clock.ts';
import { systemClock } from '../wait/clock.ts';
import { createCordon } from './create-cordon.ts';

/** A cordon on a clock that the test moves, and what a listener finds when it is called. */
function createWatched() {
  const clock = createVirtualClock({ autoAdvance: false });
  const cordon = createCordon({ clock });
  const told: [atMs: number, isUp: boolean][] = [];
  const unsubscribe = cordon.subscribe(() => {
    told.push([clock.now(), cordon.isUp()]);
  });
  return { clock, cordon, told, unsubscribe };
}

/** Timers that keep this process alive. */
function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a listener of the cordon', () => {
  it('is told of it coming up and down, in the turn of the change', () => {
    const { cordon, told } = createWatched();
    cordon.raise('a', 60_000);
    expect(told).toEqual([[0, true]]);
    cordon.lift('a');
    expect(told).toEqual([
      [0, true],
      [0, false],
    ]);
  });

  it('is told of the end of the last lease when its time comes, and of nothing in between', async () => {
    const { clock, cordon, told } = createWatched();
    cordon.raise('a', 1_000);
    cordon.raise('b', 5_000);
    await clock.advance(2_000);
    cordon.raise('b', 5_000);
    cordon.lift('nobody');
    await clock.advance(4_999);
    expect(told).toEqual([[0, true]]);
    await clock.advance(1);
    expect(told).toEqual([
      [0, true],
      [7_000, false],
    ]);
  });

  it('that comes while it is up is told of its end', async () => {
    const clock = createVirtualClock({ autoAdvance: false });
    const cordon = createCordon({ clock });
    cordon.raise('a', 1_000);
    await clock.advance(400);
    const onChange = vi.fn();
    cordon.subscribe(onChange);
    await clock.advance(599);
    expect(onChange).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  it('that comes after the end is told of the next change alone', async () => {
    const clock = createVirtualClock({ autoAdvance: false });
    const cordon = createCordon({ clock });
    cordon.raise('a', 1_000);
    await clock.advance(1_000);
    const onChange = vi.fn();
    cordon.subscribe(onChange);
    await clock.advance(1);
    expect(onChange).not.toHaveBeenCalled();
    cordon.raise('a', 1_000);
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  it('that fails, or ends another one, disturbs nobody', () => {
    const { cordon, told } = createWatched();
    cordon.subscribe(() => {
      throw new Error('from a listener');
    });
    cordon.subscribe(() => Promise.reject(new Error('from a listener')) as unknown as undefined);
    const last = vi.fn();
    cordon.subscribe(() => {
      endLast();
    });
    const endLast = cordon.subscribe(last);
    cordon.raise('a', 60_000);
    expect(told).toEqual([[0, true]]);
    expect(last).not.toHaveBeenCalled();
  });

  it('must be a function', () => {
    expect(() => createCordon().subscribe(null as unknown as () => void)).toThrow(
      new TypeError('onChange must be a function, got null'),
    );
  });

  const stepArb = fc.oneof(
    fc.record({ holder: fc.constantFrom('a', 'b'), leaseMs: fc.integer({ min: 1, max: 3_000 }) }),
    fc.record({ lifts: fc.constantFrom('a', 'b', '*') }),
    fc.record({ passMs: fc.integer({ min: 1, max: 2_000 }) }),
  );

  test.prop([fc.array(stepArb, { maxLength: 20 })])(
    'hears up and down in turn, and has heard the truth after each step',
    async (steps) => {
      const { clock, cordon, told } = createWatched();
      for (const step of steps) {
        if ('passMs' in step) await clock.advance(step.passMs);
        else if ('lifts' in step) cordon.lift(step.lifts);
        else cordon.raise(step.holder, step.leaseMs);
        expect(told.at(-1)?.[1] ?? false).toBe(cordon.isUp());
      }
      expect(told.map(([, isUp]) => isUp)).toEqual(told.map((_, number) => number % 2 === 0));
    },
  );
});

describe('waiting for the cordon to come down', () => {
  it('is over at once where it is down', async () => {
    await expect(createCordon().down()).resolves.toBeUndefined();
  });

  it.for<[string, number]>([
    ['expires', 1_000],
    ['is released', 400],
  ])('is over when the last lease %s', async ([, endsAtMs]) => {
    const { clock, cordon } = createWatched();
    cordon.raise('a', 1_000);
    const ends: number[] = [];
    const down = cordon.down().then(() => ends.push(clock.now()));
    await clock.advance(endsAtMs - 1);
    expect(ends).toEqual([]);
    void clock.sleep(1).then(() => {
      cordon.lift('*');
    });
    await clock.advance(1);
    await down;
    expect(ends).toEqual([endsAtMs]);
  });

  it('goes on where it is raised again before the waiter hears of it', async () => {
    const { clock, cordon } = createWatched();
    cordon.subscribe(() => {
      if (!cordon.isUp() && clock.now() === 1_000) cordon.raise('b', 500);
    });
    cordon.raise('a', 1_000);
    let isOver = false;
    const down = cordon.down().then(() => (isOver = true));
    await clock.advance(1_499);
    expect(isOver).toBe(false);
    await clock.advance(1);
    expect(await down).toBe(true);
  });

  it('rejects with the reason of its signal, alone, and leaves the others waiting', async () => {
    const { cordon } = createWatched();
    cordon.raise('a', 60_000);
    const stop = new AbortController();
    const stopped = Promise.allSettled([cordon.down(stop.signal), cordon.down(stop.signal)]);
    const waiting = cordon.down();
    stop.abort(new Error('no longer needed'));
    const rejected = { status: 'rejected', reason: new Error('no longer needed') };
    expect(await stopped).toEqual([rejected, rejected]);
    cordon.lift('*');
    await waiting;
  });

  it.for([true, false])('rejects where its signal has aborted already, up or not: %s', async (isUp) => {
    const { cordon } = createWatched();
    if (isUp) cordon.raise('a', 60_000);
    await expect(cordon.down(AbortSignal.abort(new Error('late')))).rejects.toThrow('late');
  });

  it('rejects a signal that is none', async () => {
    await expect(createCordon().down(5 as unknown as AbortSignal)).rejects.toThrow(
      new TypeError('signal must be an AbortSignal, got number'),
    );
  });

  it('has one listener on one signal, however many wait, and none once it is over', async () => {
    const { cordon } = createWatched();
    const { signal } = new AbortController();
    const listeners = () => getEventListeners(signal, 'abort').length;
    for (const each of ['first', 'second']) {
      cordon.raise(each, 60_000);
      const waits = Array.from({ length: 100 }, () => cordon.down(signal));
      expect(listeners()).toBe(1);
      cordon.lift('*');
      expect(listeners()).toBe(0);
      await Promise.all(waits);
    }
  });
});

describe('the timer of a cordon', () => {
  it('runs while the cordon is up and somebody listens or waits, and not otherwise', async () => {
    const { clock, cordon, unsubscribe } = createWatched();
    expect(clock.pending).toBe(0);
    cordon.raise('a', 60_000);
    expect(clock.pending).toBe(1);
    unsubscribe();
    expect(clock.pending).toBe(0);
    const stop = new AbortController();
    const waits = Promise.allSettled([cordon.down(stop.signal), cordon.down()]);
    expect(clock.pending).toBe(1);
    stop.abort();
    expect(clock.pending).toBe(1);
    cordon.lift('*');
    expect(clock.pending).toBe(0);
    await waits;
  });

  it.for([undefined, systemClock])('keeps no process alive on the system clock', async (clock) => {
    const cordon = createCordon({ clock });
    cordon.raise('a', 60_000);
    const before = activeTimers();
    cordon.subscribe(() => undefined);
    const down = cordon.down();
    expect(activeTimers()).toBe(before);
    cordon.lift('*');
    await down;
  });

  it('is told of an end that passed while the process was busy, whoever comes or goes meanwhile', async () => {
    const wakes: (() => void)[] = [];
    let now = 0;
    const sleep = (_: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        wakes.push(resolve);
        signal?.addEventListener('abort', function () {
          reject(this.reason);
        });
      });
    const cordon = createCordon({ clock: { now: () => now, sleep } });
    const onChange = vi.fn();
    cordon.subscribe(onChange);
    cordon.raise('a', 1_000);
    const down = cordon.down();
    now = 2_000;
    cordon.subscribe(() => undefined)();
    for (const wake of wakes) wake();
    await down;
    expect(onChange).toHaveBeenCalledTimes(2);
  });

  describe.for([0, 1, 2, 3])(
    'where the end comes between two looks at the clock, after %i of them',
    (looks) => {
      function createEnding() {
        const wakes: (() => void)[] = [];
        const times: number[] = [];
        let now = 0;
        const clock = {
          now: () => (now = times.shift() ?? now),
          sleep: () => new Promise<void>((resolve) => void wakes.push(resolve)),
        };
        const cordon = createCordon({ clock });
        cordon.raise('a', 1_000);
        return {
          cordon,
          endSoon: () => times.push(...Array<number>(looks).fill(999), 1_000),
          wakeAll: async () => {
            for (let wake = wakes.shift(); wake !== undefined; wake = wakes.shift()) {
              wake();
              await Promise.resolve();
              await Promise.resolve();
            }
          },
        };
      }

      it('is told of by a timer that fired too early', async () => {
        const { cordon, endSoon, wakeAll } = createEnding();
        const onChange = vi.fn();
        cordon.subscribe(onChange);
        endSoon();
        await wakeAll();
        expect(onChange).toHaveBeenCalledTimes(1);
      });

      it('is told of to who has just begun to wait', async () => {
        const { cordon, endSoon, wakeAll } = createEnding();
        endSoon();
        const down = cordon.down();
        await wakeAll();
        await expect(down).resolves.toBeUndefined();
      });
    },
  );

  it('tells of the end on the system clock', async () => {
    const cordon = createCordon();
    cordon.raise('a', 20);
    const keepAlive = setInterval(() => undefined, 1_000);
    await cordon.down();
    clearInterval(keepAlive);
    expect(cordon.isUp()).toBe(false);
  });

  it('that fires too early is set anew, and one that ignores being stopped is not heard', async () => {
    const wakes: (() => void)[] = [];
    let now = 0;
    const sleep = () =>
      new Promise<void>((resolve) => {
        wakes.push(resolve);
      });
    const cordon = createCordon({ clock: { now: () => now, sleep } });
    const onChange = vi.fn();
    const unsubscribe = cordon.subscribe(onChange);
    cordon.raise('a', 1_000);
    now = 999;
    wakes[0]?.();
    await Promise.resolve();
    await Promise.resolve();
    expect([onChange.mock.calls.length, wakes.length]).toEqual([1, 2]);
    unsubscribe();
    now = 1_000;
    wakes[1]?.();
    await Promise.resolve();
    await Promise.resolve();
    expect(onChange).toHaveBeenCalledTimes(1);
  });
});
