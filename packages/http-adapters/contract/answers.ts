import { type Deployment, IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import { expect, vi } from 'vitest';
import { type Check, withHost } from './host.ts';
import { inFlight } from './listing.ts';
import { expectCount, expectReply, expectUnavailable, headersOf } from './replies.ts';

/** What is answered when the deployments can be listed. */
export const answers: readonly Check[] = [
  {
    name: 'answers the count and the ids, with exactly its headers',
    async check(host) {
      const listDeployments = () => [
        { id: '9b1c44d07ae2f530', status: 'tofu-applying' },
        { id: 'watched', status: 'phase1-watching' },
        { id: 'over', status: 'ready' },
        { id: 'adopted', status: 'pending', adoptedAt: '2026-05-17T09:00:00Z' },
        { id: 'odd', status: 'Pending' },
        { id: '0f3a9c51d2e84b67', status: 'pending' },
      ];
      await withHost(host, { listDeployments, onUnknown: () => undefined }, async ({ ask }) => {
        const body = '{"count":2,"ids":["0f3a9c51d2e84b67","9b1c44d07ae2f530"]}';
        expectReply(await ask(PATH), 200, body, { 'quietgate-unknown': '1' });
      });
    },
  },
  {
    name: 'answers zero with an empty array',
    async check(host) {
      await withHost(host, { listDeployments: () => [] }, async ({ ask }) => {
        expectReply(await ask(PATH), 200, '{"count":0,"ids":[]}');
      });
    },
  },
  {
    name: 'sorts the ids in code-unit order',
    isLaw: true,
    async check(host) {
      const sorted = ['10', '9', 'B', 'a', 'b', 'é', '\u{1F600}', '\uFFFD'];
      await withHost(host, { listDeployments: () => inFlight(...sorted).reverse() }, async ({ ask }) => {
        expectCount(await ask(PATH), sorted.length, sorted);
      });
    },
  },
  {
    name: 'shows nothing of a record but its id',
    isLaw: true,
    async check(host) {
      const secrets = {
        domain: 'bank.example',
        owner: 'Ada',
        email: 'ada@bank.example',
        count: 7,
        toJSON: 1,
      };
      const listDeployments = (): Deployment[] => [{ ...secrets, id: 'a', status: 'pending' }];
      await withHost(host, { listDeployments }, async ({ ask }) => {
        expectReply(await ask(PATH), 200, '{"count":1,"ids":["a"]}');
      });
    },
  },
  {
    name: 'lists the first 1,000 ids and counts them all',
    isLaw: true,
    async check(host) {
      const ids = Array.from({ length: 2500 }, (_, index) => `run-${String(index).padStart(4, '0')}`);
      await withHost(host, { listDeployments: () => inFlight(...ids).reverse() }, async ({ ask }) => {
        expectCount(await ask(PATH), 2500, ids.slice(0, 1000));
      });
    },
  },
  {
    name: 'takes any iterable, promised or not',
    isLaw: true,
    async check(host) {
      const deployments = inFlight('a', 'b');
      let listed: Iterable<Deployment> | Promise<Iterable<Deployment>> = [];
      await withHost(host, { listDeployments: () => listed }, async ({ ask }) => {
        for (listed of [
          new Set(deployments),
          new Map(deployments.map((each) => [each.id, each])).values(),
          (function* () {
            yield* deployments;
          })(),
          Promise.resolve(deployments),
        ]) {
          expectCount(await ask(PATH), 2, ['a', 'b']);
        }
      });
    },
  },
  {
    name: 'classifies as it is told',
    isLaw: true,
    async check(host) {
      const options = {
        listDeployments: () => [...inFlight('theirs'), { id: 'mine', status: 'mine' }],
        classify: ({ status }: Deployment) => (status === 'mine' ? 'phase-0' : 'terminal'),
      } as const;
      await withHost(host, options, async ({ ask }) => {
        expectCount(await ask(PATH), 1, ['mine']);
      });
    },
  },
  {
    name: 'reports each unknown status once',
    isLaw: true,
    async check(host) {
      const onUnknown = vi.fn();
      const listDeployments = () => [
        { id: 'a', status: 'wiping' },
        { id: 'b', status: 'wiping' },
        { id: 'c', status: 'Pending' },
      ];
      await withHost(host, { listDeployments, onUnknown }, async ({ ask }) => {
        const quiet = '{"count":0,"ids":[]}';
        for (let asked = 0; asked < 2; asked++) {
          expectReply(await ask(PATH), 200, quiet, { 'quietgate-unknown': '3' });
        }
      });
      expect(onUnknown.mock.calls).toEqual([
        [{ id: 'a', status: 'wiping' }],
        [{ id: 'c', status: 'Pending' }],
      ]);
    },
  },
  {
    name: 'reports a hundred unknown statuses at most, and ignores what onUnknown throws',
    isLaw: true,
    async check(host) {
      const onUnknown = vi.fn(() => {
        throw new Error('the log is full');
      });
      const listDeployments = () => [
        ...Array.from({ length: 150 }, (_, n) => ({ id: `run-${n}`, status: `status-${n}` })),
        ...inFlight('a'),
      ];
      await withHost(host, { listDeployments, onUnknown }, async ({ ask }) => {
        expectReply(await ask(PATH), 200, '{"count":1,"ids":["a"]}', { 'quietgate-unknown': '150' });
      });
      expect(onUnknown).toHaveBeenCalledTimes(100);
    },
  },
  {
    name: 'answers a conditional request in full',
    async check(host) {
      await withHost(host, { listDeployments: () => inFlight('a') }, async ({ ask }) => {
        const plain = await ask(PATH);
        for (const headers of [
          { 'If-None-Match': '*' },
          { 'If-None-Match': `W/"${plain.body.length.toString(16)}", "a"` },
          { 'If-Modified-Since': 'Fri, 31 Dec 2100 23:59:59 GMT' },
          { 'If-Match': '"other"' },
          { 'If-Unmodified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' },
          { Range: 'bytes=0-3' },
          { Accept: 'text/html' },
          { 'Accept-Encoding': 'gzip, br' },
        ]) {
          expectCount(await ask(PATH, { headers: headers as unknown as Record<string, string> }), 1, ['a']);
        }
      });
    },
  },
  {
    name: 'answers HEAD as GET, without the body',
    async check(host) {
      const listings: (() => Deployment[])[] = [
        () => inFlight('a', 'é'),
        () => {
          throw new Error('the disk is gone');
        },
      ];
      for (const listDeployments of listings) {
        await withHost(host, { listDeployments, onError: () => undefined }, async ({ ask }) => {
          const get = await ask(PATH);
          const head = await ask(`${PATH}?head`, { method: 'HEAD', headers: { 'If-None-Match': '*' } });
          expect(head.body).toBe('');
          expect(head.status).toBe(get.status);
          expect(headersOf(head)).toEqual(headersOf(get));
        });
      }
    },
  },
  {
    name: 'finds out anew for each request',
    async check(host) {
      let deployments: Deployment[] | undefined;
      const listDeployments = () => {
        if (deployments === undefined) throw new Error('no deployments yet');
        return deployments;
      };
      await withHost(host, { listDeployments, onError: () => undefined }, async ({ ask }) => {
        for (let round = 0; round < 3; round++) {
          deployments = inFlight('a');
          expectCount(await ask(PATH), 1, ['a']);
          deployments = undefined;
          expectUnavailable(await ask(PATH));
          deployments = [];
          expectCount(await ask(PATH), 0, []);
        }
      });
    },
  },
];
