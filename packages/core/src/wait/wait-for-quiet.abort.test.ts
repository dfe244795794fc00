import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { runGate, type UrlGateOptions } from '../../test/run-gate.ts';
import { count, hang, hangingBody, scriptedEndpoint, status } from '../../test/scripted-endpoint.ts';
import { watchClock } from '../../test/watched-clock.ts';
import { createVirtualClock } from '../testing.ts';
import { waitForQuiet } from './wait-for-quiet.ts';

const reason = new Error('called off');

describe('aborting', () => {
  it.for<[string, unknown]>([
    ['an error', reason],
    ['a TypeError', new TypeError('odd')],
    ['a string', 'called off'],
    ['null', null],
    ['zero', 0],
  ])('rejects with %s as the reason, as it is', async ([, given]) => {
    const controller = new AbortController();
    const gate = runGate([count(1)], {
      signal: controller.signal,
      onEvent: () => {
        controller.abort(given);
      },
    });
    await expect(
      gate.then(
        () => 'resolved',
        (error: unknown) => ({ error }),
      ),
    ).resolves.toStrictEqual({ error: given });
  });

  it('before the start sends no request', async () => {
    const clock = createVirtualClock();
    const { fetch, requests } = scriptedEndpoint(clock, count(0));
    const gate = waitForQuiet({
      url: 'https://api.example',
      fetch,
      clock,
      signal: AbortSignal.abort(reason),
    });
    await expect(gate).rejects.toBe(reason);
    expect(requests).toEqual([]);
  });

  it.for([
    ['a request', [hang], 4000],
    ['a body', [hangingBody], 4000],
    ['a sleep', [count(1)], 4000],
    ['a retry', [status(503)], 500],
    ['a settling', [count(0)], 4000],
  ] as const)('ends %s at once, and leaves nothing behind', async ([, answers, atMs]) => {
    const clock = createVirtualClock();
    const { fetch, requests } = scriptedEndpoint(clock, ...answers);
    const controller = new AbortController();
    const { signal } = controller;
    let abortedAt: number | undefined;
    void clock.sleep(atMs).then(() => {
      abortedAt = clock.now();
      controller.abort(reason);
    });
    const gate = waitForQuiet({ url: 'https://api.example', fetch, clock, signal, quietForMs: 60_000 });
    await expect(gate).rejects.toBe(reason);
    expect(clock.now()).toBe(abortedAt);
    expect(clock.pending).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(requests).toHaveLength(1);
    await clock.advance(100_000);
    expect(requests).toHaveLength(1);
  });

  it('aborts the request that is under way', async () => {
    const clock = createVirtualClock();
    const { fetch, requests } = scriptedEndpoint(clock, hang);
    const controller = new AbortController();
    const gate = waitForQuiet({ url: 'https://api.example', fetch, clock, signal: controller.signal });
    controller.abort(reason);
    await expect(gate).rejects.toBe(reason);
    expect(requests[0]?.init.signal).toMatchObject({ aborted: true, reason });
  });

  it('ends the gate even on a clock that does not heed signals', async () => {
    const { fetch, requests } = scriptedEndpoint(createVirtualClock(), count(1));
    let wake = (): void => undefined;
    const clock = {
      now: () => 0,
      sleep: () =>
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
    };
    const controller = new AbortController();
    const gate = waitForQuiet({
      url: 'https://api.example',
      fetch,
      clock,
      signal: controller.signal,
      onEvent: () => {
        controller.abort(reason);
      },
    });
    await expect(gate).rejects.toBe(reason);
    wake();
    await new Promise(setImmediate);
    expect(requests).toHaveLength(1);
  });

  it('ends the gate in the middle of a sleep, even on a clock that does not heed signals', async () => {
    let fallAsleep = (): void => undefined;
    const asleep = new Promise<void>((resolve) => {
      fallAsleep = resolve;
    });
    const sleep = (ms: number) => {
      if (ms === 20_000) fallAsleep();
      return new Promise<never>(() => undefined);
    };
    const controller = new AbortController();
    const { signal } = controller;
    const source = () => ({ count: 1, ids: [] });
    const gate = waitForQuiet({ source, clock: { now: () => 0, sleep }, signal });
    await asleep;
    controller.abort(reason);
    await expect(gate).rejects.toBe(reason);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it.for<[string, (controller: AbortController) => UrlGateOptions]>([
    [
      'in a request that heeds its signal',
      (controller) => ({
        fetch: (_, { signal }) =>
          new Promise((_, reject) => {
            signal?.addEventListener('abort', () => {
              reject(reason);
            });
            queueMicrotask(() => {
              controller.abort(reason);
            });
          }),
      }),
    ],
    [
      'by a request, which fails',
      (controller) => ({
        fetch: () => {
          controller.abort(reason);
          throw reason;
        },
      }),
    ],
    [
      'by a request, which never ends',
      (controller) => ({
        fetch: () => {
          controller.abort(reason);
          return new Promise(() => undefined);
        },
      }),
    ],
    [
      'by a listener',
      (controller) => ({
        fetch: () => Promise.resolve(new Response('{"count":1}')),
        onEvent: () => {
          controller.abort(reason);
        },
      }),
    ],
  ])('%s is the end: nothing is told and no sleep begins', async ([, optionsWith]) => {
    const virtual = createVirtualClock();
    const controller = new AbortController();
    const { signal } = controller;
    const clock = watchClock(virtual);
    const told: boolean[] = [];
    const options = optionsWith(controller);
    const gate = waitForQuiet({
      ...options,
      url: 'https://api.example',
      clock,
      signal,
      onEvent(event) {
        told.push(signal.aborted);
        options.onEvent?.(event);
      },
    });
    await expect(gate).rejects.toBe(reason);
    await virtual.advance(100_000);
    expect(told).not.toContain(true);
    expect(clock.sleeps.filter(({ bornAborted }) => bornAborted)).toEqual([]);
    expect(virtual.pending).toBe(0);
  });

  it('hands the clock a signal for each sleep, in case it leaves its listeners on them', async () => {
    const clock = watchClock(createVirtualClock());
    const { signal } = new AbortController();
    await waitForQuiet({ source: () => ({ count: 1, ids: [] }), clock, signal, maxWaitMs: 60_000 });
    expect(clock.sleeps).toHaveLength(6);
    expect(new Set(clock.sleeps.map((sleep) => sleep.signal)).size).toBe(6);
  });

  it('after the end does nothing', async () => {
    const controller = new AbortController();
    const { result, clock } = await runGate([count(0)], { signal: controller.signal });
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    controller.abort(reason);
    expect(result.outcome).toBe('quiet');
    expect(clock.pending).toBe(0);
  });

  it('can be awaited for hundreds of polls without a listener too many', async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error) => warnings.push(warning);
    process.on('warning', warn);
    const { signal } = new AbortController();
    let most = 0;
    const source = () => {
      most = Math.max(most, getEventListeners(signal, 'abort').length);
      return { count: 1, ids: [] };
    };
    const result = await waitForQuiet({
      source,
      signal,
      clock: createVirtualClock({ graceMs: 0 }),
      intervalMs: 1000,
    });
    await new Promise(setImmediate);
    process.off('warning', warn);
    expect(result.polls).toBe(1800);
    expect(most).toBe(1);
    expect(warnings).toEqual([]);
  });
});
