import { IN_FLIGHT_COUNT_PATH as PATH, QUIET_PATH as quietPath } from '@quietgate/core';
import { expect, vi } from 'vitest';
import { type Check, withHost } from './host.ts';
import { holdListing, inFlight } from './listing.ts';
import { expectCount, expectReply, headersOf } from './replies.ts';

const QUIET = '{"quiet":true,"count":0,"ids":[]}';
const BUSY = '{"quiet":false,"count":1,"ids":["a"]}';

/** The endpoint for those who look at the status alone. */
export const quiet: readonly Check[] = [
  {
    name: 'says by its status whether it is quiet, whatever the body of the request is',
    async check(host) {
      let deployments = inFlight();
      const listDeployments = () => deployments;
      await withHost(host, { listDeployments, quietPath }, async ({ ask }) => {
        for (const method of ['GET', 'POST']) expectReply(await ask(quietPath, { method }), 200, QUIET);
        deployments = inFlight('a');
        for (const method of ['GET', 'POST']) {
          expectReply(await ask(`${quietPath}?a=b`, { method }), 503, BUSY, { 'retry-after': '20' });
        }
        for (const [type, body] of [
          ['application/json', '{"name":"podinfo"}'],
          ['application/json', '{'],
          ['text/xml', '<a/>'],
          ['not a media type', 'x'.repeat(100_000)],
        ] as const) {
          const headers = { 'Content-Type': type, 'Content-Length': String(body.length) };
          const reply = await ask(quietPath, { method: 'POST', headers, body });
          expectReply(reply, 503, BUSY, { 'retry-after': '20' });
        }
        expectCount(await ask(PATH), 1, ['a']);
      });
    },
  },
  {
    name: 'answers HEAD for the status as GET, without the body',
    async check(host) {
      let deployments = inFlight();
      await withHost(host, { listDeployments: () => deployments, quietPath }, async ({ ask }) => {
        for (deployments of [inFlight(), inFlight('a')]) {
          const get = await ask(quietPath);
          const head = await ask(quietPath, { method: 'HEAD', headers: { 'If-None-Match': '*' } });
          expect({ status: head.status, headers: headersOf(head), body: head.body }).toEqual({
            status: get.status,
            headers: headersOf(get),
            body: '',
          });
        }
      });
    },
  },
  {
    name: 'answers 503 for the status, too, when the deployments cannot be listed',
    isLaw: true,
    async check(host) {
      const onError = vi.fn();
      const listDeployments = () => Promise.reject(new Error('the disk is gone'));
      await withHost(host, { listDeployments, quietPath, onError }, async ({ ask }) => {
        expectReply(await ask(quietPath), 503, '{"error":"in-flight count unavailable"}');
      });
      expect(onError).toHaveBeenCalledTimes(1);
    },
  },
  {
    name: 'answers 405 to any method but GET, HEAD and POST on the path of the status',
    async check(host) {
      await withHost(host, { listDeployments: () => inFlight('a'), quietPath }, async ({ ask }) => {
        for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']) {
          const reply = await ask(quietPath, { method });
          expectReply(reply, 405, '{"error":"method not allowed"}', { allow: 'GET, HEAD, POST' });
        }
      });
    },
  },
  {
    name: 'lists for the status and for the count at once',
    isLaw: true,
    async check(host) {
      const listing = holdListing(inFlight('a'));
      const { listDeployments, release } = listing;
      await withHost(host, { listDeployments, release, quietPath }, async ({ ask, arrived }) => {
        const first = ask(PATH);
        await listing.hasStarted(1);
        const others = [ask(quietPath), ask(PATH), ask(quietPath, { method: 'POST' })];
        await arrived(4);
        listing.release();
        expect((await first).status).toBe(200);
        expect((await Promise.all(others)).map(({ status }) => status)).toEqual([503, 200, 503]);
        expect([listing.started, listing.mostAtOnce]).toEqual([2, 1]);
      });
    },
  },
  {
    name: 'holds no request for the status',
    isLaw: true,
    async check(host) {
      const headers = { Prefer: 'wait=20' };
      await withHost(host, { listDeployments: () => inFlight('a'), quietPath }, async ({ ask }) => {
        expectReply(await ask(quietPath, { headers }), 503, BUSY, { 'retry-after': '20' });
      });
    },
  },
  {
    name: 'lists the first 1,000 ids for the status, too',
    isLaw: true,
    async check(host) {
      const ids = Array.from({ length: 1200 }, (_, index) => `run-${String(index).padStart(4, '0')}`);
      await withHost(host, { listDeployments: () => inFlight(...ids), quietPath }, async ({ ask }) => {
        const body = JSON.stringify({ quiet: false, count: 1200, ids: ids.slice(0, 1000) });
        expectReply(await ask(quietPath), 503, body, { 'retry-after': '20' });
      });
    },
  },
  {
    name: 'has no path for the status unless it is given one',
    async check(host) {
      await withHost(host, { listDeployments: () => [] }, async ({ ask }) => {
        expect(await ask(quietPath)).toMatchObject({ status: 404 });
      });
    },
  },
  {
    name: 'answers on the path of the status, too, where any other path is that of the count',
    async check(host) {
      const options = { listDeployments: () => inFlight('a'), path: false as const, quietPath };
      await withHost(host, options, async ({ ask }) => {
        expectReply(await ask(quietPath), 503, BUSY, { 'retry-after': '20' });
        for (const path of [PATH, '/elsewhere']) expectCount(await ask(path), 1, ['a']);
      });
    },
  },
  {
    name: 'leaves the neighbours of the path of the status alone',
    async check(host) {
      await withHost(host, { listDeployments: () => [], quietPath }, async ({ ask }) => {
        for (const path of [`${quietPath}/`, `${quietPath}/x`, `${quietPath}s`, `/x${quietPath}`]) {
          expect(await ask(path), path).toMatchObject({ status: 404 });
        }
      });
    },
  },
];
