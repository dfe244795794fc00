import { type Deployment, IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import { expect, vi } from 'vitest';
import type { Reply } from './client.ts';
import { type Check, withHost } from './host.ts';
import { holdListing, inFlight } from './listing.ts';
import { expectCount, expectReply } from './replies.ts';

const BUSY = '{"count":1,"ids":["a"]}';
const QUIET = '{"count":0,"ids":[]}';

const wait = (seconds: number) => ({ headers: { Prefer: `wait=${seconds}` } });

const expectApplied = (reply: Reply, body: string, seconds: number) => {
  expectReply(reply, 200, body, { 'preference-applied': `wait=${seconds}` });
};

/** A store in which one run is in flight until `end` is called, and that says when somebody listens. */
function createStore() {
  const order: string[] = [];
  const announced = new Set<() => void>();
  let onUnsubscribe: () => void = () => undefined;
  const store = {
    deployments: inFlight('a'),
    order,
    listDeployments: (): Deployment[] => {
      order.push('list');
      return store.deployments;
    },
    subscribe: (onChange: () => void) => {
      order.push('subscribe');
      announced.add(onChange);
      return () => {
        order.push('unsubscribe');
        announced.delete(onChange);
        onUnsubscribe();
      };
    },
    /** The options of an endpoint over it, which does not list again unless a change is announced. */
    options: () => ({
      listDeployments: store.listDeployments,
      subscribe: store.subscribe,
      relistMs: 60_000,
    }),
    announce() {
      for (const each of announced) each();
    },
    end() {
      store.deployments = [];
      store.announce();
    },
    /** Resolves when nobody listens any more. */
    isUnsubscribed: () => new Promise<void>((resolve) => (onUnsubscribe = resolve)),
    /** Resolves once so many listings have begun. */
    hasListed: (times: number) =>
      vi.waitFor(() => {
        expect(order.filter((each) => each === 'list').length).toBeGreaterThanOrEqual(times);
      }),
  };
  return store;
}

/** How requests that would rather wait are held. */
export const holding: readonly Check[] = [
  {
    name: 'answers a long poll at once when it is quiet, or the list fails, and says how long it would have held it',
    isLaw: true,
    async check(host) {
      let deployments: Deployment[] | undefined = [];
      const listDeployments = () => {
        if (deployments === undefined) throw new Error('the disk is gone');
        return deployments;
      };
      await withHost(host, { listDeployments, onError: () => undefined }, async ({ ask }) => {
        expectApplied(await ask(PATH, wait(7)), QUIET, 7);
        expectApplied(await ask(PATH, wait(1000)), QUIET, 25);
        deployments = undefined;
        expectReply(await ask(PATH, wait(7)), 503, '{"error":"in-flight count unavailable"}', {
          'preference-applied': 'wait=7',
        });
      });
    },
  },
  {
    name: 'holds a long poll until a change is announced and the listing after it shows zero',
    async check(host) {
      const store = createStore();
      await withHost(host, store.options(), async ({ ask }) => {
        const held = ask(PATH, wait(20));
        await store.hasListed(1);
        store.announce();
        await store.hasListed(2);
        store.end();
        expectApplied(await held, QUIET, 20);
        expect(store.order).toEqual(['subscribe', 'list', 'list', 'list', 'unsubscribe']);
      });
    },
  },
  {
    name: 'lists again by itself while a long poll is held',
    isLaw: true,
    async check(host) {
      let listings = 0;
      const listDeployments = () => (++listings < 4 ? inFlight('a') : []);
      await withHost(host, { listDeployments, relistMs: 1 }, async ({ ask }) => {
        expectApplied(await ask(PATH, wait(20)), QUIET, 20);
        expect(listings).toBe(4);
      });
    },
  },
  {
    name: 'answers 503 to a long poll when a later listing fails',
    isLaw: true,
    async check(host) {
      let listings = 0;
      const onError = vi.fn();
      const listDeployments = () =>
        ++listings < 3 ? inFlight('a') : Promise.reject(new Error('the disk is gone'));
      await withHost(host, { listDeployments, relistMs: 1, onError }, async ({ ask }) => {
        expect(await ask(PATH, wait(20))).toMatchObject({ status: 503 });
      });
      expect(onError).toHaveBeenCalledTimes(1);
    },
  },
  {
    name: 'answers a long poll with 200 and the count when its time is over',
    isLaw: true,
    async check(host) {
      const listDeployments = () => inFlight('a');
      await withHost(host, { listDeployments, maxHoldMs: 20, relistMs: 5 }, async ({ ask }) => {
        expectApplied(await ask(PATH, wait(20)), BUSY, 1);
      });
    },
  },
  {
    name: 'waits for no listing but its first one when its time is over',
    isLaw: true,
    async check(host) {
      let listings = 0;
      const listDeployments = () => (++listings === 1 ? inFlight('a') : new Promise<never>(() => undefined));
      const options = { listDeployments, maxHoldMs: 50, relistMs: 1, onError: () => undefined };
      await withHost(host, options, async ({ ask }) => {
        expectApplied(await ask(PATH, wait(20)), BUSY, 1);
      });
    },
  },
  {
    name: 'waits for its first listing, also when its time is over before that',
    isLaw: true,
    async check(host) {
      const listing = holdListing(inFlight('a'));
      const { listDeployments, release } = listing;
      await withHost(host, { listDeployments, release, maxHoldMs: 1 }, async ({ ask }) => {
        const held = ask(PATH, wait(20));
        await listing.hasStarted(1);
        expect(await ask('/other')).toMatchObject({ status: 404 }); // which takes longer than that
        listing.release();
        expectApplied(await held, BUSY, 1);
      });
      expect(listing.started).toBe(1);
    },
  },
  {
    name: 'lists once more for changes that are announced during a listing',
    isLaw: true,
    async check(host) {
      const store = createStore();
      const listing = holdListing();
      let listings = 0;
      const listDeployments = () => (++listings === 2 ? listing.listDeployments() : store.listDeployments());
      const options = { ...store.options(), listDeployments, release: listing.release };
      await withHost(host, options, async ({ ask }) => {
        listing.deployments = store.deployments;
        const held = ask(PATH, wait(20));
        await store.hasListed(1);
        store.announce();
        await listing.hasStarted(1);
        store.end();
        store.announce();
        listing.release();
        expectApplied(await held, QUIET, 20);
        expect(listings).toBe(3);
      });
    },
  },
  {
    name: 'lists once for all who are held, one listing at a time',
    isLaw: true,
    async check(host) {
      const store = createStore();
      await withHost(host, store.options(), async ({ ask, arrived }) => {
        const held = Array.from({ length: 20 }, () => ask(PATH, wait(20)));
        await arrived(20);
        await ask(PATH);
        const before = store.order.filter((each) => each === 'list').length;
        store.end();
        for (const reply of await Promise.all(held)) expectApplied(reply, QUIET, 20);
        expect(store.order.filter((each) => each === 'list')).toHaveLength(before + 1);
      });
    },
  },
  {
    name: 'lets a gate find out by waiting no time at all',
    isLaw: true,
    async check(host) {
      const store = createStore();
      await withHost(host, store.options(), async ({ ask }) => {
        expectApplied(await ask(PATH, wait(0)), BUSY, 0);
      });
      expect(store.order).toEqual(['list']);
    },
  },
  {
    name: 'reads the preference as RFC 7240 says, and ignores what is not of its form',
    async check(host) {
      await withHost(host, { listDeployments: () => inFlight('a') }, async ({ ask }) => {
        for (const prefer of ['Wait=0', 'respond-async, wait="0"', 'wait=0; a=b, wait=9']) {
          expectApplied(await ask(PATH, { headers: { Prefer: prefer } }), BUSY, 0);
        }
        const lines = { Prefer: ['respond-async', 'wait=0'] } as unknown as Record<string, string>;
        expectApplied(await ask(PATH, { headers: lines }), BUSY, 0);
        for (const prefer of ['', 'wait', 'wait=', 'wait=-1', 'wait=1.5', 'wait=a', 'await=0', 'wait=5s']) {
          expectCount(await ask(PATH, { headers: { Prefer: prefer } }), 1, ['a']);
        }
      });
    },
  },
  {
    name: 'holds neither HEAD nor another method',
    async check(host) {
      const store = createStore();
      await withHost(host, store.options(), async ({ ask }) => {
        const head = await ask(PATH, { ...wait(20), method: 'HEAD' });
        expect(head.status).toBe(200);
        expect(head.headers).not.toHaveProperty('preference-applied');
        const post = await ask(PATH, { ...wait(20), method: 'POST' });
        expect(post.status).toBe(405);
        expect(post.headers).not.toHaveProperty('preference-applied');
      });
      expect(store.order).toEqual(['list']);
    },
  },
  {
    name: 'holds as many as it may, answers one more at once, and says nothing of the preference then',
    isLaw: true,
    async check(host) {
      const store = createStore();
      await withHost(host, { ...store.options(), maxHeld: 2 }, async ({ ask }) => {
        const held = [ask(PATH, wait(20)), ask(PATH, wait(20)), ask(PATH, wait(20))];
        expectCount(await Promise.race(held), 1, ['a']);
        expectCount(await ask(PATH, wait(0)), 1, ['a']);
        store.end();
        const bodies = (await Promise.all(held)).map(({ body }) => body);
        expect(bodies.toSorted()).toEqual([QUIET, QUIET, BUSY]);
        expect(store.order.filter((each) => each.endsWith('subscribe'))).toEqual([
          'subscribe',
          'unsubscribe',
        ]);
      });
    },
  },
  {
    name: 'holds nobody when maxHoldMs is 0',
    isLaw: true,
    async check(host) {
      const store = createStore();
      await withHost(host, { ...store.options(), maxHoldMs: 0 }, async ({ ask }) => {
        expectCount(await ask(PATH, wait(20)), 1, ['a']);
        expectCount(await ask(PATH, wait(0)), 1, ['a']);
      });
      expect(store.order).toEqual(['list', 'list']);
    },
  },
  {
    name: 'takes the place back at once from a client that leaves, and all that ran for it',
    async check(host) {
      const store = createStore();
      const client = new AbortController();
      // So long that no test waits until its time is over.
      const options = { ...store.options(), maxHeld: 1, maxHoldMs: 3_600_000 };
      await withHost(host, options, async ({ ask }) => {
        const left = store.isUnsubscribed();
        const leaving = ask(PATH, { ...wait(3600), signal: client.signal });
        await store.hasListed(1);
        expectCount(await ask(PATH, wait(0)), 1, ['a']);
        client.abort();
        await expect(leaving).rejects.toThrow();
        await left;
        expectApplied(await ask(PATH, wait(0)), BUSY, 0);
        const held = ask(PATH, wait(20));
        await store.hasListed(4);
        store.end();
        expectApplied(await held, QUIET, 20);
      });
    },
  },
  {
    name: 'reports a subscription that fails, and lists again by itself all the same',
    isLaw: true,
    async check(host) {
      let listings = 0;
      const onError = vi.fn();
      const subscribe = () => {
        throw new Error('no channel');
      };
      const listDeployments = () => (++listings < 3 ? inFlight('a') : []);
      await withHost(host, { listDeployments, subscribe, onError, relistMs: 1 }, async ({ ask }) => {
        expectApplied(await ask(PATH, wait(20)), QUIET, 20);
      });
      expect(onError.mock.calls).toEqual([[new Error('no channel')]]);
    },
  },
  {
    name: 'answers who is held when the server is about to close, holds nobody after that, and closes connections',
    async check(host) {
      const store = createStore();
      const closing = new AbortController();
      const options = { ...store.options(), signal: closing.signal };
      await withHost(host, options, async ({ ask, keepAlive }) => {
        const open = (await ask(PATH, { headers: keepAlive })).headers['connection'];
        expect(open).not.toBe('close');
        const closed = host.closesConnections === false ? open : 'close';
        const held = ask(PATH, { headers: { ...keepAlive, Prefer: 'wait=20' } });
        await store.hasListed(2);
        closing.abort();
        expectApplied(await held, BUSY, 20);
        expect((await held).headers['connection']).toBe(closed);
        for (const headers of [{ Prefer: 'wait=20' }, { Prefer: 'wait=0' }, {}]) {
          const reply = await ask(PATH, { headers: { ...keepAlive, ...headers } });
          expectCount(reply, 1, ['a']);
          expect(reply.headers['connection']).toBe(closed);
        }
      });
    },
  },
];
