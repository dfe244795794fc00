import { IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import { METHODS } from 'node:http';
import { expect, vi } from 'vitest';
import type { Reply } from './client.ts';
import { type Check, withHost } from './host.ts';
import { inFlight } from './listing.ts';
import { expectCount, expectReply } from './replies.ts';

/** Every method that Node can receive; CONNECT asks for a tunnel, which no handler gets to see. */
const OTHER_METHODS = METHODS.filter((method) => !['GET', 'HEAD', 'CONNECT'].includes(method));

const expectNotAllowed = (reply: Reply) => {
  expectReply(reply, 405, '{"error":"method not allowed"}', { allow: 'GET, HEAD' });
};

/** Which requests the endpoint answers with a count, and which it does not. */
export const routing: readonly Check[] = [
  {
    name: 'answers every other method with 405',
    async check(host) {
      const listDeployments = vi.fn(() => inFlight('a'));
      await withHost(host, { listDeployments }, async ({ askInTurn }) => {
        for (const method of OTHER_METHODS) {
          expectNotAllowed(await askInTurn(PATH, { method }));
          expectNotAllowed(
            await askInTurn(`${PATH}?${method}`, { method, headers: { 'If-None-Match': '*' } }),
          );
        }
      });
      expect(listDeployments).not.toHaveBeenCalled();
    },
  },
  {
    name: 'answers 405 whatever the body of the request is',
    async check(host) {
      const large = 'x'.repeat(100_000);
      await withHost(host, { listDeployments: () => inFlight('a') }, async ({ ask }) => {
        for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
          for (const [type, body] of [
            ['application/json', '{"count":0}'],
            ['application/json', '{'],
            ['text/xml', '<count>0</count>'],
            ['not a media type', large],
            ['', large],
          ] as const) {
            const length = String(body.length);
            const headers = { 'Content-Type': type, 'Content-Length': length };
            expectNotAllowed(await ask(PATH, { method, headers, body }));
          }
          expectNotAllowed(await ask(PATH, { method, body: 'of unknown length' }));
        }
      });
    },
  },
  {
    name: 'ignores a query string',
    async check(host) {
      await withHost(host, { listDeployments: () => inFlight('a') }, async ({ ask }) => {
        for (const query of ['?', '?count=0', '?a=b&a=c', '??', '?%zz', '?path=/other', '?http://host/']) {
          expectCount(await ask(PATH + query), 1, ['a']);
        }
      });
    },
  },
  {
    name: 'leaves neighbouring paths alone',
    async check(host) {
      const listDeployments = vi.fn(() => inFlight('a'));
      const parent = PATH.slice(0, PATH.lastIndexOf('/'));
      await withHost(host, { listDeployments }, async ({ askInTurn }) => {
        for (const path of [
          '/',
          parent,
          `${parent}/`,
          `${parent}/in-flight`,
          `${parent}?${PATH}`,
          `${PATH}/`,
          `${PATH}/x`,
          `${PATH}s`,
          `${PATH};x`,
          `/x${PATH}`,
          PATH.toUpperCase(),
        ]) {
          for (const method of ['GET', 'HEAD', 'POST', 'PROPFIND']) {
            expect(await askInTurn(path, { method }), `${method} ${path}`).toMatchObject({ status: 404 });
          }
        }
      });
      expect(listDeployments).not.toHaveBeenCalled();
    },
  },
  {
    name: 'answers on a path of its own',
    async check(host) {
      const path = '/in-flight';
      await withHost(host, { path, listDeployments: () => inFlight('a') }, async ({ ask }) => {
        expectCount(await ask(path), 1, ['a']);
        expectNotAllowed(await ask(path, { method: 'POST' }));
        expect(await ask(PATH)).toMatchObject({ status: 404 });
      });
    },
  },
];
