import { fc, test as property } from '@quietgate/testkit/property';
import { describe, expect, test, vi } from 'vitest';
import { type Answered, createHeldStore } from '../../contract/held-store.ts';
import { inFlight } from '../../contract/listing.ts';
import type { EndpointResponse } from './endpoint.ts';
import { requestOf } from '../../contract/request-of.ts';

const BUSY = '{"count":1,"ids":["a"]}';
const QUIET = '{"count":0,"ids":[]}';
const UNAVAILABLE = '{"error":"in-flight count unavailable"}';

const seen = ({ answered }: { answered?: Answered }) =>
  answered && {
    at: answered.at,
    body: answered.answer.body,
    wait: answered.answer.headers['Preference-Applied'],
  };

describe('a request that would rather wait', () => {
  test('is answered at once when it is quiet, and when the listing fails', async () => {
    const { store, ask, settle } = createHeldStore();
    store.deployments = [];
    const quiet = ask('wait=5');
    await settle();
    expect(seen(quiet)).toEqual({ at: 0, body: QUIET, wait: 'wait=5' });
    store.deployments = undefined;
    const failed = ask('wait=5');
    await settle();
    expect(seen(failed)).toEqual({ at: 0, body: UNAVAILABLE, wait: 'wait=5' });
    expect(store.subscriptions).toBe(0);
  });

  test('is held until a later listing shows zero', async () => {
    const { clock, store, ask } = createHeldStore();
    const held = ask('wait=20');
    await clock.advance(2500);
    store.deployments = [];
    await clock.advance(499);
    expect(seen(held)).toBeUndefined();
    await clock.advance(1);
    expect(seen(held)).toEqual({ at: 3000, body: QUIET, wait: 'wait=20' });
    expect(store.began).toEqual([0, 1000, 2000, 3000]);
  });

  test('is held until a later listing fails', async () => {
    const { clock, store, ask, onError } = createHeldStore();
    const held = ask('wait=20');
    await clock.advance(500);
    store.deployments = undefined;
    await clock.advance(500);
    expect(seen(held)).toEqual({ at: 1000, body: UNAVAILABLE, wait: 'wait=20' });
    expect(onError).toHaveBeenCalledTimes(1);
  });

  test.each([
    { prefer: 'wait=3', maxHoldMs: 25_000, at: 3000, wait: 'wait=3' },
    { prefer: 'wait=30', maxHoldMs: 25_000, at: 25_000, wait: 'wait=25' },
    { prefer: 'wait=30', maxHoldMs: undefined, at: 25_000, wait: 'wait=25' },
    { prefer: 'wait=99999999999999999999', maxHoldMs: 1500, at: 1500, wait: 'wait=2' },
    { prefer: 'wait=1', maxHoldMs: 1500, at: 1000, wait: 'wait=1' },
    { prefer: 'wait=0', maxHoldMs: 25_000, at: 0, wait: 'wait=0' },
    { prefer: 'respond-async, WAIT="2"; x=y, wait=9', maxHoldMs: 25_000, at: 2000, wait: 'wait=2' },
    { prefer: 'wait=-1', maxHoldMs: 25_000, at: 0, wait: undefined },
    { prefer: 'wait=1.5', maxHoldMs: 25_000, at: 0, wait: undefined },
    { prefer: 'respond-async', maxHoldMs: 25_000, at: 0, wait: undefined },
    { prefer: 'wait=5', maxHoldMs: 0, at: 0, wait: undefined },
    { prefer: 'wait=0', maxHoldMs: 0, at: 0, wait: undefined },
  ])('with $prefer, and $maxHoldMs ms at most, is answered after $at ms', async (given) => {
    const { prefer, maxHoldMs, at, wait } = given;
    const { clock, store, ask } = createHeldStore({ maxHoldMs, relistMs: 700 });
    const held = ask(prefer);
    await clock.advance(Math.max(0, at - 1));
    await clock.advance(1);
    expect(seen(held)).toEqual({ at, body: BUSY, wait });
    expect(store.subscriptions).toBe(0);
  });

  test('waits for its first listing alone, however long that takes', async () => {
    const { clock, store, ask } = createHeldStore();
    store.tookMs = 3000;
    const held = ask('wait=1');
    await clock.advance(2999);
    expect(seen(held)).toBeUndefined();
    await clock.advance(1);
    expect(seen(held)).toEqual({ at: 3000, body: BUSY, wait: 'wait=1' });
  });

  test('is answered with the newest listing that has ended, when its time is over', async () => {
    const { clock, store, ask } = createHeldStore({ relistMs: 700 });
    const held = ask('wait=2');
    store.deployments = inFlight('b');
    await clock.advance(1000);
    store.tookMs = 1000;
    store.deployments = [];
    await clock.advance(1000);
    expect(store.running).toBe(1);
    expect(seen(held)).toEqual({ at: 2000, body: '{"count":1,"ids":["b"]}', wait: 'wait=2' });
  });

  test('counts its time from its arrival, and not from its first listing', async () => {
    const { clock, store, ask } = createHeldStore();
    store.tookMs = 600;
    const held = ask('wait=1');
    await clock.advance(999);
    expect(seen(held)).toBeUndefined();
    await clock.advance(1);
    expect(seen(held)).toMatchObject({ at: 1000 });
  });

  test('is asked for its signal, which costs, only where it may be held', async () => {
    const signal = vi.fn(() => undefined);
    const { endpoint, settle } = createHeldStore();
    const ask = (prefer: string) => {
      void endpoint.answer({ ...requestOf('GET', { prefer }), signal });
    };
    ask('respond-async');
    ask('wait=0');
    expect(signal).not.toHaveBeenCalled();
    ask('wait=1');
    expect(signal).toHaveBeenCalledTimes(1);
    await settle();
  });

  test('is never held with HEAD, which applies no preference', async () => {
    const { ask, settle } = createHeldStore();
    const head = ask('wait=5', undefined, 'HEAD');
    await settle();
    expect(seen(head)).toEqual({ at: 0, body: '', wait: undefined });
  });
});

describe('listings while requests are held', () => {
  test('are shared by all who are held, and one runs at a time', async () => {
    const { clock, store, ask } = createHeldStore();
    store.tookMs = 10;
    const first = ask('wait=20');
    await clock.advance(300);
    const second = ask('wait=20');
    await clock.advance(1100);
    store.deployments = [];
    await clock.advance(1000);
    expect([seen(first)?.at, seen(second)?.at]).toEqual([2330, 2330]);
    expect(store.began).toEqual([0, 300, 1310, 2320]);
    expect(store.mostAtOnce).toBe(1);
  });

  test('are everybody’s: one that somebody else asked for answers who is held', async () => {
    const { clock, store, ask, settle } = createHeldStore();
    const held = ask('wait=20');
    await clock.advance(400);
    store.deployments = [];
    const plain = ask();
    await settle();
    expect([seen(held), seen(plain)]).toEqual([
      { at: 400, body: QUIET, wait: 'wait=20' },
      { at: 400, body: QUIET, wait: undefined },
    ]);
    expect(store.began).toEqual([0, 400]);
  });

  test('begin relistMs after the last one ended, whoever asked for that', async () => {
    const { clock, store, ask } = createHeldStore({ relistMs: 500 });
    ask('wait=3');
    await clock.advance(300);
    ask();
    await clock.advance(1000);
    expect(store.began).toEqual([0, 300, 800, 1300]);
  });

  test('leave a slow store alone for four times what the last one took', async () => {
    const { clock, store, ask } = createHeldStore();
    store.tookMs = 500;
    ask('wait=20');
    await clock.advance(1000);
    store.change();
    await clock.advance(10_000);
    expect(store.began).toEqual([0, 2500, 5000, 7500, 10_000]);
  });

  test('begin at once when a change is announced', async () => {
    const { clock, store, ask, settle } = createHeldStore();
    const held = ask('wait=20');
    await clock.advance(123);
    store.deployments = [];
    store.change();
    await settle();
    expect(seen(held)).toEqual({ at: 123, body: QUIET, wait: 'wait=20' });
    expect(store.began).toEqual([0, 123]);
  });

  test('rest again for relistMs after the one that a change began', async () => {
    const { clock, store, ask } = createHeldStore();
    ask('wait=20');
    await clock.advance(100);
    store.change();
    await clock.advance(2500);
    expect(store.began).toEqual([0, 100, 1100, 2100]);
  });

  test('begin once more when a change is announced during one', async () => {
    const { clock, store, ask } = createHeldStore({ relistMs: 60_000 });
    const held = ask('wait=20');
    await clock.advance(100);
    store.tookMs = 10;
    store.change();
    await clock.advance(5);
    store.deployments = [];
    store.change();
    store.change();
    await clock.advance(200);
    expect(store.began).toEqual([0, 100, 150]);
    expect(seen(held)).toEqual({ at: 160, body: QUIET, wait: 'wait=20' });
  });

  test('miss no change during the first one, for whoever may be held', async () => {
    const { clock, store, ask } = createHeldStore({ relistMs: 60_000 });
    store.tookMs = 10;
    const held = ask('wait=20');
    await clock.advance(5);
    expect(store.subscriptions).toBe(1);
    store.deployments = [];
    store.change();
    await clock.advance(100);
    expect(seen(held)).toEqual({ at: 60, body: QUIET, wait: 'wait=20' });
  });

  test('are refused at once while a trial is under way, after too many were given up', async () => {
    const { clock, ask, settle } = createHeldStore({
      listDeployments: () => new Promise<never>(() => undefined),
      listTimeoutMs: 100,
    });
    for (let given = 0; given < 4; given++) {
      ask();
      await clock.advance(100);
    }
    await clock.advance(10_000);
    const trial = ask();
    await settle();
    const others = [ask(), ask('wait=20')];
    await settle();
    expect(seen(trial)).toBeUndefined();
    expect(others.map((other) => seen(other)?.body)).toEqual([UNAVAILABLE, UNAVAILABLE]);
  });

  test('wait for a trial, where too many were given up', async () => {
    const hanging = { listings: 0 };
    const { clock, store, ask } = createHeldStore({
      listDeployments: () => {
        store.began.push(clock.now());
        return ++hanging.listings <= 4 ? new Promise<never>(() => undefined) : inFlight('a');
      },
      listTimeoutMs: 100,
    });
    for (let given = 0; given < 4; given++) {
      ask();
      await clock.advance(100);
    }
    await clock.advance(10_000);
    const held = ask('wait=25');
    await clock.advance(24_999);
    expect(seen(held)).toBeUndefined();
    expect(store.began).toEqual([0, 100, 200, 300, 10_400, 20_400, 30_400]);
    await clock.advance(1);
    expect(seen(held)).toMatchObject({ at: 35_400, body: BUSY });
  });
});

describe('the subscription', () => {
  test('begins before the first listing, is one for all, and ends with the last who is held', async () => {
    const order: string[] = [];
    const { clock, ask } = createHeldStore({
      listDeployments: () => (order.push('list'), inFlight('a')),
      subscribe: () => (order.push('subscribe'), () => order.push('unsubscribe')),
      relistMs: 60_000,
    });
    ask('wait=1');
    await clock.advance(500);
    ask('wait=1');
    await clock.advance(999);
    expect(order).toEqual(['subscribe', 'list', 'list']);
    await clock.advance(1);
    expect(order).toEqual(['subscribe', 'list', 'list', 'unsubscribe']);
    ask('wait=1');
    await clock.advance(1000);
    expect(order.slice(4)).toEqual(['subscribe', 'list', 'unsubscribe']);
  });

  test('is none for whoever is not held: without Prefer, with 0 s, with HEAD, with maxHeld 0', async () => {
    const subscribe = vi.fn(() => () => undefined);
    const { ask, settle } = createHeldStore({ subscribe });
    ask();
    ask('wait=0');
    ask('wait=5', undefined, 'HEAD');
    await settle();
    const none = createHeldStore({ subscribe, maxHeld: 0 });
    none.ask('wait=5');
    await none.settle();
    expect(subscribe).not.toHaveBeenCalled();
  });

  test.each<[string, () => () => void, Error]>([
    [
      'throws',
      () => {
        throw new Error('no channel');
      },
      new Error('no channel'),
    ],
    [
      'returns nothing that ends it',
      () => undefined as unknown as () => void,
      new TypeError('subscribe must return a function that ends the subscription, got undefined'),
    ],
    [
      'never returns, as an async loop',
      (() => new Promise(() => undefined)) as unknown as () => () => void,
      new TypeError('subscribe must return a function that ends the subscription, got object'),
    ],
  ])('that %s is told to onError, and relisting goes on', async (_, subscribe, error) => {
    const { clock, store, ask, onError } = createHeldStore({ subscribe });
    const held = ask('wait=20');
    await clock.advance(500);
    store.deployments = [];
    await clock.advance(500);
    expect(seen(held)).toMatchObject({ at: 1000, body: QUIET });
    expect(onError.mock.calls).toEqual([[error]]);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['an object, as RxJS does', { unsubscribe: () => undefined }],
    ['a promise', Promise.resolve(() => undefined)],
  ])('that returns %s cannot be ended: it stays, is heard, and is never begun again', async (_, returned) => {
    const subscribe = vi.fn<(onChange: () => void) => () => void>(() => returned as () => void);
    const { clock, store, ask, onError, settle } = createHeldStore({ subscribe, relistMs: 60_000 });
    for (let asked = 0; asked < 3; asked++) {
      ask('wait=1');
      await clock.advance(1000);
    }
    expect(subscribe).toHaveBeenCalledTimes(1);
    expect(onError).toHaveBeenCalledTimes(1);
    const held = ask('wait=20');
    await settle();
    store.deployments = [];
    subscribe.mock.calls[0]?.[0]();
    await settle();
    expect(seen(held)).toMatchObject({ at: 3000, body: QUIET });
  });

  test('that throws is tried again for the next who may be held', async () => {
    const subscribe = vi.fn(() => {
      throw new Error('no channel');
    });
    const { clock, ask } = createHeldStore({ subscribe });
    for (let asked = 0; asked < 2; asked++) {
      ask('wait=1');
      await clock.advance(1000);
    }
    expect(subscribe).toHaveBeenCalledTimes(2);
  });

  test('that throws is told once for all who are held together', async () => {
    const subscribe = vi.fn(() => {
      throw new Error('no channel');
    });
    const { clock, ask, onError } = createHeldStore({ subscribe });
    for (let asked = 0; asked < 3; asked++) ask('wait=1');
    await clock.advance(1000);
    expect([subscribe.mock.calls.length, onError.mock.calls.length]).toEqual([1, 1]);
  });

  test('is nothing that anybody misses where there is none', async () => {
    const { clock, ask, onError } = createHeldStore({ subscribe: undefined });
    ask('wait=1');
    await clock.advance(1000);
    expect(onError).not.toHaveBeenCalled();
  });

  test('that is an async function and rejects is told to onError for both', async () => {
    const subscribe = (() => Promise.reject(new Error('no channel'))) as unknown as () => () => void;
    const { ask, onError, settle } = createHeldStore({ subscribe });
    ask('wait=20');
    await settle();
    expect(onError.mock.calls).toEqual([[expect.any(TypeError)], [new Error('no channel')]]);
  });

  test.each<[string, () => void]>([
    [
      'throws',
      () => {
        throw new Error('no channel');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no channel'))],
  ])('whose end %s is told to onError', async (_, end) => {
    const { clock, ask, onError } = createHeldStore({ subscribe: () => end });
    const held = ask('wait=1');
    await clock.advance(1000);
    expect(seen(held)).toMatchObject({ at: 1000, body: BUSY });
    expect(onError.mock.calls).toEqual([[new Error('no channel')]]);
  });

  test('that fails goes to the log, where there is no onError', async () => {
    const error = vi.fn();
    const { endpoint, settle } = createHeldStore({
      onError: undefined,
      subscribe: () => {
        throw new Error('no channel');
      },
    });
    const log = { error, warn: () => undefined, info: () => undefined };
    void endpoint.answer(requestOf('GET', { prefer: 'wait=5', log }));
    await settle();
    expect(error.mock.calls).toEqual([
      [new Error('no channel'), 'quietgate: the subscription to changes failed', undefined],
    ]);
  });

  test('that is over is heard no more', async () => {
    const { clock, store, ask } = createHeldStore({ relistMs: 60_000 });
    ask('wait=1');
    await clock.advance(1000);
    const late = store.change;
    ask('wait=5');
    await clock.advance(1000);
    late();
    await clock.advance(1000);
    expect(store.began).toEqual([0, 1000]);
  });
});

describe('places', () => {
  test('are maxHeld; one more is answered at once, and learns of no preference, with 0 s too', async () => {
    const { clock, ask, settle } = createHeldStore({ maxHeld: 2 });
    const held = [ask('wait=5'), ask('wait=5')];
    const more = ask('wait=5');
    await settle();
    const zero = ask('wait=0');
    await settle();
    expect(held.map(seen)).toEqual([undefined, undefined]);
    expect(seen(more)).toEqual({ at: 0, body: BUSY, wait: undefined });
    expect(seen(zero)).toEqual({ at: 0, body: BUSY, wait: undefined });
    await clock.advance(5000);
    const later = ask('wait=0');
    await settle();
    expect(seen(later)).toMatchObject({ wait: 'wait=0' });
  });

  test('are a hundred by default, and none with maxHeld 0', async () => {
    const { ask, settle } = createHeldStore();
    const asked = Array.from({ length: 101 }, () => ask('wait=5'));
    await settle();
    expect(asked.filter(({ answered }) => answered === undefined)).toHaveLength(100);
    const none = createHeldStore({ maxHeld: 0 });
    const refused = none.ask('wait=5');
    await none.settle();
    expect(seen(refused)).toEqual({ at: 0, body: BUSY, wait: undefined });
  });

  test('are given up at once by a client that leaves, with all that ran for it', async () => {
    const { clock, store, ask, settle } = createHeldStore({ maxHeld: 1 });
    const client = new AbortController();
    ask('wait=20', client.signal);
    await clock.advance(1500);
    client.abort();
    await settle();
    expect([clock.pending, store.subscriptions]).toEqual([0, 0]);
    const next = ask('wait=1');
    await clock.advance(1000);
    expect(seen(next)).toMatchObject({ at: 2500, wait: 'wait=1' });
    expect(store.began).toEqual([0, 1000, 1500]);
  });

  test('of the others are kept when a client leaves', async () => {
    const { clock, store, ask } = createHeldStore();
    const client = new AbortController();
    ask('wait=20', client.signal);
    const other = ask('wait=20');
    await clock.advance(500);
    client.abort();
    store.deployments = [];
    await clock.advance(500);
    expect(seen(other)).toEqual({ at: 1000, body: QUIET, wait: 'wait=20' });
  });

  test('are not taken by a client that leaves during its first listing', async () => {
    const { clock, store, ask, settle } = createHeldStore();
    store.tookMs = 100;
    const client = new AbortController();
    ask('wait=20', client.signal);
    await clock.advance(50);
    client.abort();
    expect(store.subscriptions).toBe(0);
    await clock.advance(50);
    await settle();
    expect(clock.pending).toBe(0);
    ask('wait=20', AbortSignal.abort());
    await clock.advance(100);
    expect([clock.pending, store.subscriptions, store.began.length]).toEqual([0, 0, 2]);
  });

  test('leave no listener on the signal of a client, whatever came of it', async () => {
    const { clock, ask } = createHeldStore();
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    vi.spyOn(signal, 'addEventListener').mockImplementation((_, listener) => void listeners.add(listener));
    vi.spyOn(signal, 'removeEventListener').mockImplementation((event, listener) => {
      if (event === 'abort') listeners.delete(listener);
    });
    ask('wait=1', signal);
    await clock.advance(500);
    expect(listeners.size).toBeGreaterThan(0);
    await clock.advance(500);
    expect(listeners.size).toBe(0);
  });
});

describe('a server that is about to close', () => {
  test('answers who is held at once, and holds nobody from then on', async () => {
    const closing = new AbortController();
    const { clock, store, ask, settle } = createHeldStore({ signal: closing.signal });
    const held = ask('wait=20');
    await clock.advance(300);
    closing.abort();
    await settle();
    expect(seen(held)).toEqual({ at: 300, body: BUSY, wait: 'wait=20' });
    expect([clock.pending, store.subscriptions]).toEqual([0, 0]);
    const later = [ask('wait=20'), ask('wait=0'), ask()];
    await settle();
    expect(later.map(seen)).toEqual(later.map(() => ({ at: 300, body: BUSY, wait: undefined })));
    expect(held.answered?.answer.isLast).toBe(true);
    expect(later.map(({ answered }) => answered?.answer.isLast)).toEqual([true, true, true]);
  });

  test('is one whose signal has aborted already', async () => {
    const { ask, settle } = createHeldStore({ signal: AbortSignal.abort() });
    const asked = ask('wait=20');
    await settle();
    expect(seen(asked)).toEqual({ at: 0, body: BUSY, wait: undefined });
  });

  test('answers after the first listing who waits for that', async () => {
    const closing = new AbortController();
    const { clock, store, ask } = createHeldStore({ signal: closing.signal });
    store.tookMs = 100;
    const asked = ask('wait=20');
    await clock.advance(50);
    closing.abort();
    await clock.advance(50);
    expect(seen(asked)).toEqual({ at: 100, body: BUSY, wait: 'wait=20' });
  });

  test('may be told by the mount too', async () => {
    const { endpoint, ask, settle } = createHeldStore();
    const held = ask('wait=20');
    await settle();
    expect(held.answered).toBeUndefined();
    endpoint.close?.();
    await settle();
    expect(held.answered?.answer).toMatchObject({ status: 200, isLast: true });
  });

  test('closes no connection before', async () => {
    const { ask, settle } = createHeldStore();
    const asked = ask();
    await settle();
    expect(asked.answered?.answer).not.toHaveProperty('isLast');
  });
});

describe('a server that listens no more', () => {
  /** Two requests, one of which came to a server that is about to stop listening. */
  const askTwo = () => {
    const held = createHeldStore();
    let isStopped = false;
    const answers: Record<string, EndpointResponse | undefined> = {};
    const askAs = (name: string, isServerClosing: () => boolean, prefer?: string) => {
      const request = { ...requestOf('GET', { prefer }), isServerClosing };
      void held.endpoint.answer(request).then((answer) => (answers[name] = answer));
    };
    askAs('stopping', () => isStopped, 'wait=20');
    askAs('going on', () => false, 'wait=20');
    const stop = () => {
      isStopped = true;
    };
    return { ...held, answers, askAs, stop };
  };

  test('answers who is held after the next listing, and leaves those of another server', async () => {
    const { clock, answers, stop } = askTwo();
    await clock.advance(500);
    stop();
    await clock.advance(499);
    expect(answers).toEqual({});
    await clock.advance(1);
    expect(answers).toEqual({ stopping: expect.objectContaining({ body: BUSY }) as unknown });
  });

  test('answers who is held with the next request, which is not held', async () => {
    const { clock, answers, askAs, stop, settle } = askTwo();
    await clock.advance(500);
    stop();
    askAs('next', () => true, 'wait=20');
    await settle();
    expect(answers['stopping']?.headers).toHaveProperty('Preference-Applied', 'wait=20');
    expect(answers['next']?.body).toBe(BUSY);
    expect(answers['next']?.headers).not.toHaveProperty('Preference-Applied');
    expect(answers['going on']).toBeUndefined();
  });
});

describe('whatever happens', () => {
  const MAX_HOLD_MS = 3000;
  const MAX_LISTING_MS = 400;
  const stepArb = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.constantFrom('ask and stay', 'ask and leave'), fc.nat(4)) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('let time pass'), fc.nat(900)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('let a listing take'), fc.nat(MAX_LISTING_MS)) },
    {
      weight: 2,
      arbitrary: fc.tuple(
        fc.constantFrom('ask for now', 'start a run', 'end a run', 'announce a change', 'fail', 'leave'),
        fc.constant(0),
      ),
    },
  );

  property.prop([fc.array(stepArb, { maxLength: 30 }), fc.nat(3)])(
    'nobody waits too long or is answered too soon, no answer is stale, and nothing is left in the end',
    async (steps, maxHeld) => {
      const { clock, store, ask } = createHeldStore({ maxHeld, maxHoldMs: MAX_HOLD_MS, relistMs: 500 });
      const asked: { from: number; limitMs: number; stays: boolean; outcome: ReturnType<typeof ask> }[] = [];
      const clients: AbortController[] = [];
      const note = (seconds: number, stays: boolean, outcome: ReturnType<typeof ask>) =>
        asked.push({ from: clock.now(), limitMs: Math.min(seconds * 1000, MAX_HOLD_MS), stays, outcome });
      const take: Record<string, (number: number) => unknown> = {
        'ask and stay': (seconds) => note(seconds, true, ask(`wait=${seconds}`)),
        'ask and leave': (seconds) => {
          const client = new AbortController();
          clients.push(client);
          note(seconds, false, ask(`wait=${seconds}`, client.signal));
        },
        leave: () => clients.shift()?.abort(),
        'ask for now': () => note(0, true, ask()),
        'let time pass': (ms) => clock.advance(ms),
        'let a listing take': (ms) => (store.tookMs = ms),
        'start a run': () => (store.deployments = inFlight('a')),
        'end a run': () => (store.deployments = []),
        'announce a change': () => {
          store.change();
        },
        fail: () => (store.deployments = undefined),
      };
      for (const [step, number] of steps) await take[step]?.(number);
      for (const client of clients) client.abort();
      await clock.advance(10_000);

      expect(store.mostAtOnce).toBeLessThanOrEqual(1);
      expect([clock.pending, store.subscriptions]).toEqual([0, 0]);
      const answers = asked.map(({ outcome, ...rest }) => ({
        ...rest,
        ...seen(outcome),
        at: outcome.answered?.at ?? NaN,
      }));
      // A listing that runs already, and the request's own.
      const late = answers.filter(
        ({ from, limitMs, at }) => !(at <= from + Math.max(limitMs, 2 * MAX_LISTING_MS)),
      );
      expect(late).toEqual([]);
      const stale = answers.filter(
        ({ from, at }) => !store.began.some((began) => began >= from && began <= at),
      );
      expect(stale).toEqual([]);
      const soon = answers.filter(
        ({ from, limitMs, stays, at, body, wait }) =>
          stays && wait !== undefined && body === BUSY && at < from + limitMs,
      );
      expect(soon).toEqual([]);
    },
  );
});
