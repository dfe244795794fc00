import { type Deployment, IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import { expect, vi } from 'vitest';
import type { InFlightCountOptions } from '../src/endpoint/options.ts';
import { type Check, withHost } from './host.ts';
import { inFlight } from './listing.ts';
import { expectCount, expectUnavailable } from './replies.ts';

const secret = 'postgres://admin:hunter2@db.internal';
const withStatus = Object.assign(new Error(secret), {
  status: 418,
  statusCode: 418,
  expose: true,
  headers: { 'X-Secret': secret },
});

/** Everything that can be thrown, and what frameworks look at in it. */
const THROWN: readonly unknown[] = [
  new Error(secret),
  withStatus,
  secret,
  undefined,
  null,
  0,
  { code: secret },
];

/** What is no list of deployments, though most of it can be iterated. */
const NOT_LISTS: Readonly<Record<string, unknown>> = {
  undefined,
  null: null,
  zero: 0,
  'a boolean': true,
  'an empty string': '',
  'a string': 'abc',
  'a function': () => [],
  'an object': { length: 0 },
  'a count': { count: 0, ids: [] },
  'a map': new Map([['a', inFlight('a')[0]]]),
  'an empty map': new Map(),
  'an async iterable': (async function* () {
    yield* await Promise.resolve(inFlight('a'));
  })(),
  entries: Object.entries({ a: inFlight('a')[0] }),
  'a set of ids': new Set(['a']),
  numbers: [1, 2],
  bytes: new Uint8Array(2),
  nothings: [undefined],
  'numeric ids': [{ id: 1, status: 'pending' }],
  'no ids': [{ status: 'ready' }],
};

type List = InFlightCountOptions<Deployment>['listDeployments'];

/** What is answered when the deployments cannot be listed. */
export const failures: readonly Check[] = [
  {
    name: 'answers 503 when the list throws or rejects, tells why to onError alone, and recovers',
    isLaw: true,
    async check(host) {
      const onError = vi.fn();
      let listDeployments: List = () => [];
      await withHost(
        host,
        { listDeployments: (context: { signal: AbortSignal }) => listDeployments(context), onError },
        async ({ ask }) => {
          for (const thrown of THROWN) {
            for (listDeployments of failuresWith(thrown)) {
              onError.mockClear();
              expectUnavailable(await ask(PATH));
              expect(onError.mock.calls).toEqual([[thrown]]);
            }
            listDeployments = () => inFlight('a');
            expectCount(await ask(PATH), 1, ['a']);
          }
        },
      );
    },
  },
  {
    name: 'answers 503 when it cannot classify',
    isLaw: true,
    async check(host) {
      const onError = vi.fn();
      const error = new Error(secret);
      const classify = () => {
        throw error;
      };
      await withHost(host, { listDeployments: () => inFlight('a'), classify, onError }, async ({ ask }) => {
        expectUnavailable(await ask(PATH));
      });
      expect(onError.mock.calls).toEqual([[error]]);
    },
  },
  {
    name: 'answers 503 when it is given no list of deployments, and never zero',
    isLaw: true,
    async check(host) {
      const onError = vi.fn();
      let listed: unknown;
      const listDeployments = () => listed as Deployment[];
      await withHost(host, { listDeployments, onError }, async ({ ask }) => {
        for (const [kind, value] of Object.entries(NOT_LISTS)) {
          for (listed of [value, Promise.resolve(value)]) {
            const reply = await ask(PATH);
            expect(reply.status, kind).toBe(503);
            expectUnavailable(reply);
            expect(onError).toHaveBeenLastCalledWith(expect.any(TypeError));
          }
        }
        expect(onError).toHaveBeenCalledTimes(Object.keys(NOT_LISTS).length * 2);
      });
    },
  },
  {
    name: 'gives up a list that hangs, and does not let it block the next',
    isLaw: true,
    async check(host) {
      const onError = vi.fn();
      const hanging: { end: (deployments: Deployment[]) => void; fail: (error: unknown) => void }[] = [];
      let listDeployments: List = () =>
        new Promise((resolve, reject) => hanging.push({ end: resolve, fail: reject }));
      const options = {
        listDeployments: (context: { signal: AbortSignal }) => listDeployments(context),
        listTimeoutMs: 200,
        onError,
      };
      await withHost(host, options, async ({ ask }) => {
        expectUnavailable(await ask(PATH));
        expectUnavailable(await ask(PATH));
        expect(hanging).toHaveLength(2);
        expect(onError.mock.calls).toEqual([
          [new Error('listing the deployments took longer than 200 ms')],
          [new Error('listing the deployments took longer than 200 ms')],
        ]);

        listDeployments = () => inFlight('a');
        expectCount(await ask(PATH), 1, ['a']);
        hanging[0]?.fail(new Error(secret));
        hanging[1]?.end(inFlight('stale'));
        expectCount(await ask(PATH), 1, ['a']);
        expect(onError).toHaveBeenCalledTimes(2);
      });
    },
  },
  {
    name: 'starts no fifth listing while four that were given up are pending, and recovers when one ends',
    isLaw: true,
    async check(host) {
      const onError = vi.fn();
      const hanging: { signal: AbortSignal; end: (deployments: Deployment[]) => void }[] = [];
      let listDeployments: List = ({ signal }) =>
        new Promise((resolve) => hanging.push({ signal, end: resolve }));
      const options = {
        listDeployments: (context: { signal: AbortSignal }) => listDeployments(context),
        listTimeoutMs: 200,
        onError,
      };
      await withHost(host, options, async ({ ask }) => {
        for (let asked = 0; asked < 6; asked++) expectUnavailable(await ask(PATH));
        expect(hanging.map(({ signal }) => signal.aborted)).toEqual([true, true, true, true]);
        expect(onError).toHaveBeenCalledTimes(6);
        listDeployments = () => inFlight('a');
        hanging[0]?.end([]);
        expectCount(await ask(PATH), 1, ['a']);
      });
    },
  },
  {
    name: 'answers 503 even when onError fails',
    isLaw: true,
    async check(host) {
      const listDeployments = () => {
        throw new Error(secret);
      };
      const failing: ((error: unknown) => unknown)[] = [
        () => {
          throw new Error('the log is full');
        },
        () => Promise.reject(new Error('the log is full')),
      ];
      for (const onError of failing) {
        await withHost(host, { listDeployments, onError }, async ({ ask }) => {
          expectUnavailable(await ask(PATH));
        });
      }
    },
  },
];

function failuresWith(thrown: unknown): List[] {
  return [
    () => {
      throw thrown;
    },
    () => Promise.reject(thrown),
    () => ({
      [Symbol.iterator]: () => {
        throw thrown;
      },
    }),
    function* () {
      yield* inFlight('a');
      throw thrown;
    },
  ];
}
