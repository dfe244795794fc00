import {
  CORDON_PATH,
  createRuns,
  IN_FLIGHT_COUNT_PATH as PATH,
  QUIET_PATH,
  type Runs,
} from '@quietgate/core';
import { expect, vi } from 'vitest';
import type { ServeRunsOptions } from '../src/endpoint/serve-runs.ts';
import { type Check, type Host, withHost } from './host.ts';
import type { Reply } from './client.ts';
import { expectCount, expectReply } from './replies.ts';

/** A server with the endpoints of its runs, and with the two ways to begin one: `/begin` and `/during`. */
export type RunsHost = Host<ServeRunsOptions>;

/** Makes runs of their own for a check, none of which is in flight. */
export type OpenRuns = () => Runs | Promise<Runs>;

/** Where a host begins a run: on `/begin` with `begin`, on `/during` with `during`, which answers once the run has ended. */
export const BEGIN_PATHS = { begin: '/begin', during: '/during' } as const;

const TOKEN = 'a-token-of-the-deploy-job';
const authorized = { Authorization: `Bearer ${TOKEN}` };
const BUSY = '{"count":1,"ids":["a"]}';

/** What a server of runs must hold to, whatever store they are in. */
export const runsContract = (open: OpenRuns): readonly Check<ServeRunsOptions>[] => [
  {
    name: 'counts the runs, each begin by itself, and says by its status whether it is quiet',
    async check(host) {
      const runs = await open();
      await withHost(host, { runs }, async ({ ask }) => {
        expectCount(await ask(PATH), 0, []);
        const begun = await Promise.all(['b', 'a', 'b'].map(async (id) => runs.begin(id)));
        expectCount(await ask(PATH), 3, ['a', 'b', 'b']);
        const busy = '{"quiet":false,"count":3,"ids":["a","b","b"]}';
        expectReply(await ask(QUIET_PATH), 503, busy, { 'retry-after': '20' });
        for (const run of begun) run.end();
        await untilListed(runs);
        expectReply(await ask(QUIET_PATH), 200, '{"quiet":true,"count":0,"ids":[]}');
      });
    },
  },
  {
    name: 'has no cordon without a token, and leaves its path to the app',
    async check(host) {
      await withHost(host, { runs: await open() }, async ({ ask }) => {
        expect(await ask(CORDON_PATH, { headers: authorized })).toMatchObject({ status: 404 });
        expect(await ask('/elsewhere')).toMatchObject({ status: 404 });
      });
    },
  },
  {
    name: 'begins no run while the cordon is up, and answers the refusal as 503 with Retry-After',
    async check(host) {
      const runs = await open();
      const onEvent = vi.fn();
      await withHost(host, { runs, cordonToken: TOKEN, onEvent }, async ({ ask }) => {
        const under = await runs.begin('under way');
        expect(await ask(CORDON_PATH)).toMatchObject({ status: 401 });
        const put = { method: 'PUT', headers: authorized };
        expect(await ask(`${CORDON_PATH}?holder=ci&seconds=20`, put)).toMatchObject({ status: 200 });
        for (const path of Object.values(BEGIN_PATHS)) {
          expectRefusal(await ask(path), 'no new run may start while a deploy is under way', 20);
        }
        expectCount(await ask(PATH), 1, ['under way']);
        under.end();
        const lifted = await ask(`${CORDON_PATH}?holder=ci`, { method: 'DELETE', headers: authorized });
        expectReply(lifted, 200, '{}');
        for (const path of Object.values(BEGIN_PATHS)) expect(await ask(path)).toMatchObject({ status: 204 });
        await untilListed(runs, 'begun');
        expectCount(await ask(PATH), 1, ['begun']);
      });
      expect(onEvent.mock.calls).toMatchObject([[{ type: 'raised' }], [{ type: 'lifted' }]]);
    },
  },
  {
    name: 'answers a long poll the moment the last run ends',
    async check(host) {
      const runs = await open();
      const run = await runs.begin('a');
      const { observed, isSubscribed } = observe(runs);
      await withHost(host, { runs: observed }, async ({ ask }) => {
        const held = ask(PATH, { headers: { Prefer: 'wait=20' } });
        await isSubscribed;
        run.end();
        expectReply(await held, 200, '{"count":0,"ids":[]}', { 'preference-applied': 'wait=20' });
      });
    },
  },
  {
    name: 'answers who is held once the drain begins, and begins no run from then on',
    async check(host) {
      const runs = await open();
      const run = await runs.begin('a');
      const { observed, isSubscribed } = observe(runs);
      await withHost(host, { runs: observed }, async ({ ask, keepAlive }) => {
        const held = ask(PATH, { headers: { ...keepAlive, Prefer: 'wait=20' } });
        await isSubscribed;
        const drained = runs.drain({ maxWaitMs: 60_000 });
        const reply = await held;
        expectReply(reply, 200, BUSY, { 'preference-applied': 'wait=20' });
        if (host.closesConnections !== false) expect(reply.headers['connection']).toBe('close');
        expectReply(await ask(PATH, { headers: { Prefer: 'wait=20' } }), 200, BUSY);
        for (const path of Object.values(BEGIN_PATHS)) {
          expectRefusal(await ask(path), 'no new run may start here, since this server is shutting down', 30);
        }
        run.end();
        expect(await drained).toMatchObject({ outcome: 'quiet' });
      });
    },
  },
  {
    name: 'answers 503 when the runs cannot be listed, and tells why to onError alone',
    isLaw: true,
    async check(host) {
      const gone = new Error('the database is gone');
      const onError = vi.fn();
      const runs: Runs = { ...createRuns(), list: () => Promise.reject(gone) };
      await withHost(host, { runs, onError }, async ({ ask }) => {
        expectReply(await ask(PATH), 503, '{"error":"in-flight count unavailable"}');
      });
      expect(onError.mock.calls).toEqual([[gone]]);
    },
  },
  {
    name: 'takes what a Runs of another kind promises, and calls it bound',
    isLaw: true,
    async check(host) {
      class StoredRuns {
        readonly runs = createRuns();
        readonly cordon = this.runs.cordon;
        readonly closing = this.runs.closing;
        begin(id: string) {
          return Promise.resolve(this.runs.begin(id));
        }
        during<T>(id: string, work: Parameters<typeof this.runs.during<T>>[1]) {
          return this.runs.during(id, work);
        }
        list({ signal }: { signal?: AbortSignal | undefined } = {}) {
          return signal?.aborted === false ? Promise.resolve(this.runs.list()) : Promise.reject(new Error());
        }
        subscribe(onChange: () => void) {
          return this.runs.subscribe(onChange);
        }
        drain(options: Parameters<typeof this.runs.drain>[0]) {
          return this.runs.drain(options);
        }
      }
      const runs = new StoredRuns();
      const run = await runs.begin('a');
      await withHost(host, { runs }, async ({ ask }) => {
        expectReply(await ask(PATH, { headers: { Prefer: 'wait=0' } }), 200, BUSY, {
          'preference-applied': 'wait=0',
        });
        const held = ask(PATH, { headers: { Prefer: 'wait=20' } });
        run.end();
        expect(await held).toMatchObject({ status: 200 });
      });
    },
  },
];

/** Expects what a framework makes of a `RunRefused`: the message is for strangers, and names no holder. */
function expectRefusal({ status, headers, body }: Reply, why: string, seconds: number): void {
  expect([status, headers['retry-after']]).toEqual([503, String(seconds)]);
  expect(body).toContain(`${why}; try again in ${seconds} s`);
  expect(body).not.toMatch(/\bci\b/);
}

/** Resolves once exactly these are in flight: an end may take a while to reach a store. */
const untilListed = (runs: Runs, ...ids: string[]) =>
  vi.waitUntil(async () => String(Array.from(await runs.list(), ({ id }) => id)) === String(ids), {
    timeout: 60_000,
  });

/** The same runs, which say when somebody has begun to listen. */
function observe(runs: Runs): { readonly observed: Runs; readonly isSubscribed: Promise<void> } {
  let subscribed!: () => void;
  const isSubscribed = new Promise<void>((resolve) => (subscribed = resolve));
  const subscribe = (onChange: () => void) => {
    subscribed();
    return runs.subscribe(onChange);
  };
  return { observed: { ...runs, subscribe }, isSubscribed };
}
