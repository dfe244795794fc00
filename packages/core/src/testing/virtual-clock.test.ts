import { lookup } from 'node:dns/promises';
import { getEventListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fc, test } from '@quietgate/testkit/property';
import { describe, expect, it, vi } from 'vitest';
import { waitForQuiet } from '../wait/wait-for-quiet.ts';
import { turnEventLoop } from './event-loop.ts';
import { createVirtualClock } from './virtual-clock.ts';

describe('a virtual clock', () => {
  it('begins at zero and stands still by itself', async () => {
    const clock = createVirtualClock();
    await new Promise(setImmediate);
    expect(clock.now()).toBe(0);
  });

  test.prop([fc.array(fc.integer({ min: 0, max: 1e9 }), { maxLength: 20 })])(
    'ends sleeps in the order in which they are due, each at its own time',
    async (durations) => {
      const clock = createVirtualClock();
      const woken: { index: number; atMs: number }[] = [];
      await Promise.all(
        durations.map(async (ms, index) => {
          await clock.sleep(ms);
          woken.push({ index, atMs: clock.now() });
        }),
      );
      const expected = durations.map((ms, index) => ({ index, atMs: ms })).sort((a, b) => a.atMs - b.atMs);
      expect(woken).toEqual(expected);
    },
  );

  it('lets promises run before it moves on', async () => {
    const clock = createVirtualClock();
    const long = clock.sleep(1000);
    await clock.sleep(10);
    for (let turn = 0; turn < 100; turn++) await Promise.resolve();
    await clock.sleep(10);
    expect(clock.now()).toBe(20);
    await long;
  });

  it('goes on after it has had nothing to do', async () => {
    const clock = createVirtualClock();
    await clock.sleep(10);
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    await clock.sleep(10);
    expect(clock.now()).toBe(20);
  });

  it.for(Array.from({ length: 10 }, (_, turns) => turns))(
    'does not jump over a sleep that takes the place of another after %i turns of the event loop',
    async (turns) => {
      const clock = createVirtualClock();
      const wokenAtMs: number[] = [];
      const wake = () => wokenAtMs.push(clock.now());
      const replaced = new AbortController();
      const sleep = clock.sleep(10).then(wake);
      const late = clock.sleep(20, replaced.signal).catch(() => clock.sleep(5).then(wake));
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      replaced.abort();
      await Promise.all([sleep, late]);
      expect(wokenAtMs).toHaveLength(2);
      expect(wokenAtMs).toEqual(wokenAtMs.toSorted((a, b) => a - b));
    },
  );

  it.each<[string, AbortSignal | undefined, string]>([
    ['does not wait for real work before a plain sleep ends', undefined, 'the sleep'],
    [
      'waits for real work before a sleep ends that can be cancelled',
      new AbortController().signal,
      'ten turns',
    ],
  ])('%s', async (_, signal, first) => {
    const clock = createVirtualClock();
    const ended = await Promise.race([
      clock.sleep(10, signal).then(() => 'the sleep'),
      turnEventLoop(10).then(() => 'ten turns'),
    ]);
    expect(ended).toBe(first);
  });

  it('counts the sleeps under way', async () => {
    const clock = createVirtualClock();
    const sleeps = Promise.all([clock.sleep(1), clock.sleep(2)]);
    expect(clock.pending).toBe(2);
    await sleeps;
    expect(clock.pending).toBe(0);
  });

  it('takes a sleep of less than nothing for one of nothing', async () => {
    const clock = createVirtualClock();
    await clock.sleep(-5);
    expect(clock.now()).toBe(0);
  });

  it('leaves real work room to cancel a sleep', async () => {
    const clock = createVirtualClock();
    const controller = new AbortController();
    const limit = clock.sleep(10_000, controller.signal);
    // Both are done outside the event loop, and take as long as the machine needs.
    for (let round = 0; round < 5; round++) {
      await readFile(new URL(import.meta.url));
      await lookup('localhost');
    }
    controller.abort('answered');
    await expect(limit).rejects.toBe('answered');
    expect(clock.now()).toBe(0);
  });

  it('leaves a real timer room, and is not held up by one that never fires', async () => {
    // The test runner has timers too, which come and go: here Node lists those of the test alone.
    const timers = new Set(['the watchdog']);
    const list = vi
      .spyOn(process, 'getActiveResourcesInfo')
      .mockImplementation(() => Array.from(timers, () => 'Timeout'));
    let busy = 3;
    const source = async () => {
      timers.add('the work');
      await new Promise((resolve) => setTimeout(resolve, 20));
      timers.delete('the work');
      return { count: busy--, ids: [] };
    };
    expect(await waitForQuiet({ source, clock: createVirtualClock() })).toMatchObject({
      outcome: 'quiet',
      elapsedMs: 60_000,
    });
    list.mockRestore();
  });

  it('leaves a server of the same process room', async () => {
    let busy = 3;
    const server = createServer((_, response) => {
      setTimeout(() => response.end(JSON.stringify({ count: busy-- })), 5);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { signal } = new AbortController();
    const result = await waitForQuiet({ url, clock: createVirtualClock(), signal });
    server.close();
    server.closeAllConnections();
    expect(result).toMatchObject({ outcome: 'quiet', elapsedMs: 60_000 });
  });

  it('runs while the test has put fakes in the place of real timers', async () => {
    vi.useFakeTimers();
    try {
      const source = () => ({ count: 1, ids: [] });
      const { signal } = new AbortController();
      const result = await waitForQuiet({ source, clock: createVirtualClock(), signal });
      expect(result.elapsedMs).toBe(1_800_000);
    } finally {
      vi.useRealTimers();
    }
  });

  it('takes its listener off a signal, however the sleep ends', async () => {
    const clock = createVirtualClock();
    const { signal } = new AbortController();
    await clock.sleep(5, signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    const called = new AbortController();
    const sleep = clock.sleep(5, called.signal);
    called.abort('off');
    await expect(sleep).rejects.toBe('off');
    expect(getEventListeners(called.signal, 'abort')).toEqual([]);
  });

  it('does not begin a sleep whose signal is aborted already', async () => {
    const clock = createVirtualClock();
    await expect(clock.sleep(5, AbortSignal.abort('called off'))).rejects.toBe('called off');
    expect(clock.pending).toBe(0);
  });
});

describe('hold', () => {
  it('stops time until the work is done, and returns what it returns', async () => {
    const clock = createVirtualClock();
    let finish: (answer: string) => void = () => undefined;
    const held = clock.hold(
      new Promise<string>((resolve) => {
        finish = resolve;
      }),
    );
    const sleep = clock.sleep(1);
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(clock.now()).toBe(0);
    finish('answer');
    expect(await held).toBe('answer');
    await sleep;
    expect(clock.now()).toBe(1);
  });

  it('does not let time jump over a sleep that begins as the work ends', async () => {
    const clock = createVirtualClock();
    const wokenAtMs: number[] = [];
    const wake = () => wokenAtMs.push(clock.now());
    const sleep = clock.sleep(10).then(wake);
    await clock.hold(new Promise(setImmediate));
    await clock.sleep(5).then(wake);
    await sleep;
    expect(wokenAtMs).toEqual([5, 10]);
  });

  it('passes on a failure, and lets time go on', async () => {
    const clock = createVirtualClock();
    await expect(clock.hold(Promise.reject(new Error('no')))).rejects.toThrow('no');
    await clock.sleep(1);
    expect(clock.now()).toBe(1);
  });

  it('holds for a real request', async () => {
    const server = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const clock = createVirtualClock({ graceMs: 0 });
    const limit = new AbortController();
    const text = clock.hold(fetch(`http://127.0.0.1:${port}`).then((response) => response.text()));
    const timeout = clock.sleep(10, limit.signal).then(() => 'timed out');
    expect(await Promise.race([text, timeout])).toBe('hello');
    limit.abort();
    await expect(timeout).rejects.toBeDefined();
    server.close();
    server.closeAllConnections();
  });
});

describe('advance', () => {
  it('moves time on, and ends what falls due on the way', async () => {
    const clock = createVirtualClock({ autoAdvance: false });
    const woken: number[] = [];
    const wake = () => woken.push(clock.now());
    void clock.sleep(10).then(wake);
    void clock.sleep(30).then(wake);
    void clock
      .sleep(20)
      .then(() => clock.sleep(5))
      .then(wake);
    await clock.advance(26);
    expect(woken).toEqual([10, 25]);
    expect(clock.now()).toBe(26);
    await clock.advance(4);
    expect(woken).toEqual([10, 25, 30]);
  });

  it('by nothing ends what is due now', async () => {
    const clock = createVirtualClock({ autoAdvance: false });
    const sleep = clock.sleep(0);
    await clock.advance(0);
    await sleep;
    expect(clock.now()).toBe(0);
  });

  it('is needed when time does not move by itself', async () => {
    const clock = createVirtualClock({ autoAdvance: false });
    let woken = false;
    void clock.sleep(1).then(() => (woken = true));
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(woken).toBe(false);
    await clock.advance(1);
    expect(woken).toBe(true);
  });

  it.for([-1, NaN])('does not move it by %s', async (ms) => {
    await expect(createVirtualClock().advance(ms)).rejects.toThrow(
      new RangeError(`time moves forward only: advance takes 0 or more milliseconds, got ${ms}`),
    );
  });
});
