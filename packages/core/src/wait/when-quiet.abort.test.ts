import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { createHoldWorld } from '../../test/hold-world.ts';
import { after, hang, status } from '../../test/scripted-endpoint.ts';
import { whenQuiet } from './when-quiet.ts';

const reason = new Error('called off');

/** A hold of two gates, the first of which has ended; its signal aborts at this time. */
function abortedAt(world: ReturnType<typeof createHoldWorld>, atMs: number) {
  const controller = new AbortController();
  void world.clock.sleep(atMs).then(() => {
    controller.abort(reason);
  });
  return controller.signal;
}

describe('an abort while the gates wait', () => {
  it('lifts what was leased, then rejects with the reason, and does not roll', async () => {
    const world = createHoldWorld();
    const { server, gate, asked, told, clock, isUp } = world;
    server('b').count = 1;
    server('b').instead = ({ method }) =>
      method === 'DELETE' ? after(1500, clock, () => Promise.resolve(Response.json({}))) : undefined;
    const signal = abortedAt(world, 30_000);
    let rolls = 0;
    const holding = whenQuiet([gate('a', { signal }), gate('b')], () => rolls++);
    await expect(holding).rejects.toBe(reason);
    expect(asked('a').slice(3)).toEqual(['20000 PUT', '30000 DELETE']);
    expect(asked('b').at(-1)).toBe('30000 DELETE');
    expect([told('a').at(-1), told('b').at(-1)]).toEqual(['30000 lifted', '31500 lifted']);
    expect(isUp('a')).toBe(false);
    expect(clock.now()).toBe(31_500);
    expect(rolls).toBe(0);
  });

  it.for([0, 1])('is heeded whichever gate has the signal: %i', async (index) => {
    const world = createHoldWorld();
    const { server, gate, clock } = world;
    server('b').count = 1;
    const signal = abortedAt(world, 7000);
    const gates = ['a', 'b'].map((host, at) => gate(host, at === index ? { signal } : {}));
    await expect(whenQuiet(gates, () => undefined)).rejects.toBe(reason);
    expect(clock.now()).toBe(7000);
  });

  it('is heeded synchronously with the first request: nobody else is asked', async () => {
    const { server, gate, asked, clock } = createHoldWorld();
    const controller = new AbortController();
    server('a').instead = () => {
      controller.abort(reason);
      return hang;
    };
    const gates = [gate('a', { signal: controller.signal, cordon: false }), gate('b')];
    await expect(whenQuiet(gates, () => undefined)).rejects.toBe(reason);
    expect([asked('a'), asked('b'), clock.now()]).toEqual([['0 GET'], [], 0]);
  });

  it('allows 2 s for that', async () => {
    const world = createHoldWorld();
    const { server, gate, clock, told } = world;
    server('a').count = 1;
    server('a').instead = ({ method }) => (method === 'DELETE' ? hang : undefined);
    const holding = whenQuiet(gate('a', { signal: abortedAt(world, 5000) }), () => undefined);
    await expect(holding).rejects.toBe(reason);
    expect(clock.now()).toBe(7000);
    expect(told('a').at(-1)).toBe('7000 left');
    expect(clock.pending).toBe(0);
  });

  it('tries again within them', async () => {
    const world = createHoldWorld();
    const { server, gate, asked, isUp } = world;
    server('a').count = 1;
    server('a').instead = ({ method, atMs }) =>
      method === 'DELETE' && atMs === 5000 ? status(503) : undefined;
    const holding = whenQuiet(gate('a', { signal: abortedAt(world, 5000) }), () => undefined);
    await expect(holding).rejects.toBe(reason);
    expect(asked('a').slice(-2)).toEqual(['5000 DELETE', '6000 DELETE']);
    expect(isUp('a')).toBe(false);
  });

  it('lifts a first raise that is on its way, when that has an answer', async () => {
    const world = createHoldWorld();
    const { server, gate, asked, clock, isUp } = world;
    server('a').instead = ({ method }) =>
      method === 'PUT'
        ? async () => {
            await clock.sleep(1000);
            server('a').cordon = {
              leases: [{ holder: 'deploy-42', id: 'lease-9', endsAt: clock.now() + 600_000 }],
              upSince: clock.now(),
              upUntil: clock.now() + 600_000,
              lifted: [],
            };
            return Response.json({ seconds: 600, lease: 'lease-9' });
          }
        : undefined;
    const holding = whenQuiet(gate('a', { signal: abortedAt(world, 500) }), () => undefined);
    await expect(holding).rejects.toBe(reason);
    expect(asked('a').at(-1)).toBe('1000 DELETE');
    expect(isUp('a')).toBe(false);
  });

  it('sends nothing where nothing was leased', async () => {
    const world = createHoldWorld();
    const { server, gate, asked, clock } = world;
    server('a').count = 1;
    const holding = whenQuiet(gate('a', { cordon: false, signal: abortedAt(world, 5000) }), () => undefined);
    await expect(holding).rejects.toBe(reason);
    expect(asked('a')).toEqual(['0 GET']);
    expect(clock.now()).toBe(5000);
  });

  it('during a proof does not roll either', async () => {
    const world = createHoldWorld();
    const { server, gate } = world;
    server('b').count = (atMs) => (atMs < 10_000 ? 1 : 0);
    server('a').instead = ({ atMs }) => (atMs === 20_000 ? hang : undefined);
    const signal = abortedAt(world, 22_000);
    const gates = [gate('a', { cordon: false }), gate('b', { signal })];
    await expect(whenQuiet(gates, () => 'rolled')).rejects.toBe(reason);
  });

  it('before the call sends no request', async () => {
    const { gate, requests } = createHoldWorld();
    const gates = [gate('a'), gate('b', { signal: AbortSignal.abort(reason) })];
    await expect(whenQuiet(gates, () => undefined)).rejects.toBe(reason);
    expect(requests).toEqual([]);
  });
});

it('a gate whose clock fails stops the others', async () => {
  const { server, gate, clock, requests, isUp } = createHoldWorld();
  server('a').count = 1;
  server('b').count = 1;
  const broken = { now: () => clock.now(), sleep: () => Promise.reject(reason) };
  const holding = whenQuiet([gate('a'), gate('b', { cordon: false, clock: broken })], () => 'rolled');
  await expect(holding).rejects.toBe(reason);
  const sent = requests.length;
  await clock.advance(60_000);
  expect(requests).toHaveLength(sent);
  expect(isUp('a')).toBe(false);
});

describe('an abort during the roll', () => {
  it('aborts the signal of its context with the reason, and the promise settles as the roll does', async () => {
    const world = createHoldWorld();
    const { gate, clock, asked } = world;
    const seen: unknown[] = [];
    const rolled = await whenQuiet(gate('a', { signal: abortedAt(world, 5000) }), async ({ signal }) => {
      signal.addEventListener('abort', () => seen.push(clock.now(), signal.reason));
      await clock.sleep(30_000);
      return 'rolled all the same';
    });
    expect(rolled).toBe('rolled all the same');
    expect(seen).toEqual([5000, reason]);
    expect(asked('a').slice(3)).toEqual(['20000 PUT', '30000 DELETE']);
  });

  it('allows the full time for lifting', async () => {
    const world = createHoldWorld();
    const { server, gate, clock, told } = world;
    server('a').instead = ({ method, atMs }) =>
      method === 'DELETE' && atMs < 5000 ? status(503) : undefined;
    const holding = whenQuiet(gate('a', { signal: abortedAt(world, 1000) }), async ({ signal }) => {
      await clock.sleep(1000);
      signal.throwIfAborted();
    });
    await expect(holding).rejects.toBe(reason);
    expect(told('a').at(-1)).toBe('8000 lifted');
  });
});

describe('nothing outlives the promise', () => {
  it('no renewal that hangs, also of a roll that goes on after an abort', async () => {
    const { server, gate, requests, clock } = createHoldWorld();
    server('a').instead = ({ method, atMs }) => (method === 'PUT' && atMs > 0 ? hang : undefined);
    const stop = new AbortController();
    await whenQuiet(gate('a', { signal: stop.signal }), async ({ keep }) => {
      keep();
      stop.abort(reason);
      await clock.sleep(40_000);
    });
    const renewals = requests.filter(({ method, atMs }) => method === 'PUT' && atMs > 0);
    expect(renewals.map(({ atMs, signal }) => [atMs, signal.aborted])).toEqual([
      [20_000, true],
      [35_000, true],
      [45_000, true],
    ]);
  });

  it('and many gates raise no warning about listeners', async () => {
    const warned = vi.spyOn(process, 'emitWarning');
    const { server, gate } = createHoldWorld();
    const { signal } = new AbortController();
    const hosts = Array.from({ length: 20 }, (_, index) => `h${index}`);
    for (const host of hosts) server(host).count = (atMs) => (atMs < 30_000 ? 1 : 0);
    await whenQuiet(
      hosts.map((host) => gate(host, { signal })),
      () => undefined,
    );
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  it('no timer, no listener, and no request later on', async () => {
    const world = createHoldWorld();
    const { server, gate, clock, requests, rollFor } = world;
    server('b').count = (atMs) => (atMs < 50_000 ? 1 : 0);
    const { signal } = new AbortController();
    await whenQuiet([gate('a', { signal }), gate('b', { signal })], rollFor(50_000));
    expect(clock.pending).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    const sent = requests.length;
    await clock.advance(1_000_000);
    expect(requests).toHaveLength(sent);
  });

  it.for([0, 15_000, 20_000, 25_000, 55_000])('nor after an abort at %i ms', async (atMs) => {
    const world = createHoldWorld();
    const { server, gate, clock, requests } = world;
    server('b').count = 1;
    for (const host of ['a', 'b']) {
      server(host).instead = (request) =>
        request.atMs === 20_000 || request.atMs === 0
          ? undefined
          : after(1000, clock, () => Promise.resolve(Response.json({ count: 1, ids: [] })));
    }
    const signal = abortedAt(world, atMs);
    await expect(whenQuiet([gate('a', { signal }), gate('b')], () => undefined)).rejects.toBe(reason);
    expect(clock.pending).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    const sent = requests.length;
    await clock.advance(1_000_000);
    expect(requests).toHaveLength(sent);
  });

  it('requests that are pending are aborted', async () => {
    const world = createHoldWorld();
    const { server, gate, requests } = world;
    server('a').count = 1;
    server('a').instead = ({ method }) => (method === 'GET' ? undefined : hang);
    const signal = abortedAt(world, 3000);
    await expect(whenQuiet(gate('a', { signal }), () => undefined)).rejects.toBe(reason);
    expect(requests.map((request) => request.signal.aborted)).toEqual(requests.map(() => true));
  });
});
