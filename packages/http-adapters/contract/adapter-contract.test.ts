import type { Deployment } from '@quietgate/core';
import { createServer, type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { adapterContract, describeAdapter, type Host } from './adapter-contract.ts';
import type { EndpointResponse, EndpointRequest } from '../src/endpoint/endpoint.ts';
import { createInFlightCount } from '../src/endpoint/in-flight-count.ts';
import { mountOnNode } from '../src/mount/mount-on-node.ts';
import { createCountEndpoint } from './create-count-endpoint.ts';
import type { InFlightCountOptions } from '../src/endpoint/options.ts';
import { requestOf } from './request-of.ts';

/** An adapter's work, with a place to get it wrong: what it does to each answer. */
type Sabotage = (
  answer: () => Promise<EndpointResponse>,
  request: IncomingMessage,
) => EndpointResponse | Promise<EndpointResponse>;

/** Made anew for each server, so that it may remember. */
type MakeSabotage = (lastError: () => unknown) => Sabotage;

const honest: MakeSabotage = () => (answer) => answer();

function hostWith(
  makeSabotage: MakeSabotage,
  change = (options: InFlightCountOptions<Deployment>) => options,
) {
  const host: Host = {
    name: 'an adapter of the suite itself',
    checksLaws: true,
    createServer(options) {
      let lastError: unknown;
      const onError = (error: unknown) => {
        lastError = error;
        return options.onError?.(error);
      };
      const endpoints = createInFlightCount(change({ ...options, onError }));
      const sabotage = makeSabotage(() => lastError);
      return createServer((request, response) => {
        const sabotaged = endpoints.map((endpoint) => ({
          ...endpoint,
          answer: async (asked: EndpointRequest) => sabotage(() => endpoint.answer(asked), request),
        }));
        mountOnNode(sabotaged)(request, response);
      });
    },
  };
  return host;
}

/** Breaks each answer in the same way. */
const each =
  (change: (answer: EndpointResponse, request: IncomingMessage) => EndpointResponse): MakeSabotage =>
  () =>
  async (answer, request) =>
    change(await answer(), request);

const withHeaders = (answer: EndpointResponse, headers: Record<string, string>): EndpointResponse => ({
  ...answer,
  headers: { ...answer.headers, ...headers },
});

const withBody = (answer: EndpointResponse, body: string): EndpointResponse =>
  withHeaders({ ...answer, body }, { 'Content-Length': String(Buffer.byteLength(body)) });

const withoutHeader = ({ status, headers, body }: EndpointResponse, name: string): EndpointResponse => ({
  status,
  headers: Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name)),
  body,
});

const faults: Record<string, { sabotage: MakeSabotage; fails: string }> = {
  'a 304': {
    sabotage: each((answer, { headers }) =>
      headers['if-none-match'] === undefined ? answer : { ...answer, status: 304, body: '' },
    ),
    fails: 'answers a conditional request in full',
  },
  'an ETag': {
    sabotage: each((answer) => withHeaders(answer, { ETag: '"1"' })),
    fails: 'answers the count and the ids, with exactly its headers',
  },
  'a Last-Modified': {
    sabotage: each((answer) => withHeaders(answer, { 'Last-Modified': 'Sun, 17 May 2026 09:00:00 GMT' })),
    fails: 'answers zero with an empty array',
  },
  'a charset': {
    sabotage: each((answer) => withHeaders(answer, { 'Content-Type': 'application/json; charset=utf-8' })),
    fails: 'answers the count and the ids, with exactly its headers',
  },
  'an answer that may be cached': {
    sabotage: each((answer) => withHeaders(answer, { 'Cache-Control': 'no-cache' })),
    fails: 'answers the count and the ids, with exactly its headers',
  },
  'a leaked message': {
    sabotage: (lastError) => async (answer) => {
      const given = await answer();
      return given.status === 503 ? withBody(given, JSON.stringify({ error: String(lastError()) })) : given;
    },
    fails: 'answers 503 when the list throws or rejects, tells why to onError alone, and recovers',
  },
  'a cached answer': {
    sabotage: () => {
      let cached: Promise<EndpointResponse> | undefined;
      return (answer) => (cached ??= answer());
    },
    fails: 'finds out anew for each request',
  },
  'a stale answer, of the listing that runs already': {
    sabotage: () => {
      let running: Promise<EndpointResponse> | undefined;
      return (answer) => (running ??= answer().finally(() => (running = undefined)));
    },
    fails: 'never answers from a listing that started before the request arrived',
  },
  'a HEAD without the length': {
    sabotage: each((answer, { method }) =>
      method === 'HEAD' ? withoutHeader(answer, 'Content-Length') : answer,
    ),
    fails: 'answers HEAD as GET, without the body',
  },
  'a 405 that does not say what is allowed': {
    sabotage: each((answer) => withoutHeader(answer, 'Allow')),
    fails: 'answers every other method with 405',
  },
  'an OPTIONS that is answered by somebody else': {
    sabotage: each((answer, { method }) => (method === 'OPTIONS' ? { ...answer, status: 204 } : answer)),
    fails: 'answers every other method with 405',
  },
  'a body that is read first': {
    sabotage: each((answer, { headers }) =>
      headers['content-type'] === 'text/xml' ? { ...answer, status: 415 } : answer,
    ),
    fails: 'answers 405 whatever the body of the request is',
  },
  'a query string that is heeded': {
    sabotage: each((answer, { url }) => (url?.includes('?') === true ? { ...answer, status: 404 } : answer)),
    fails: 'ignores a query string',
  },
  'an id that is left out': {
    sabotage: each((answer) => withBody(answer, answer.body.replace(/,"[^"]*"\]/, ']'))),
    fails: 'sorts the ids in code-unit order',
  },
  'a long poll that is answered at once': {
    sabotage: each((answer, { headers }) =>
      headers['prefer'] === 'wait=20' ? withBody(answer, '{"count":1,"ids":["a"]}') : answer,
    ),
    fails: 'lists again by itself while a long poll is held',
  },
  'a preference that nobody hears was applied': {
    sabotage: each((answer) => withoutHeader(answer, 'Preference-Applied')),
    fails: 'lets a gate find out by waiting no time at all',
  },
  'a preference that was applied to whoever asked for none': {
    sabotage: each((answer) => withHeaders(answer, { 'Preference-Applied': 'wait=0' })),
    fails: 'reads the preference as RFC 7240 says, and ignores what is not of its form',
  },
  'a connection that stays open when the server is about to close': {
    sabotage: each((answer) => ({ ...answer, isLast: false })),
    fails:
      'answers who is held when the server is about to close, holds nobody after that, and closes connections',
  },
  'a busy server that passes for quiet by its status': {
    sabotage: each((answer) => ({ ...answer, status: 200 })),
    fails: 'says by its status whether it is quiet, whatever the body of the request is',
  },
  'no hint when to ask for the status again': {
    sabotage: each((answer) => withoutHeader(answer, 'Retry-After')),
    fails: 'holds no request for the status',
  },
  'no word of the records that nobody can judge': {
    sabotage: each((answer) => withoutHeader(answer, 'Quietgate-Unknown')),
    fails: 'answers the count and the ids, with exactly its headers',
  },
  'a failure that passes for quiet': {
    sabotage: each((answer) =>
      answer.status === 503 ? withBody({ ...answer, status: 200 }, '{"count":0,"ids":[]}') : answer,
    ),
    fails: 'answers 503 when it is given no list of deployments, and never zero',
  },
};

describeAdapter(hostWith(honest));

test.each(Object.entries(faults))('a host with %s fails the suite', async (_, { sabotage, fails }) => {
  await expect(checkNamed(fails).check(hostWith(sabotage))).rejects.toThrow('expected');
});

test.each([
  'answers 500 requests that arrive while a listing runs by the one next listing',
  'shares a synchronous listing among requests that arrive together',
  'runs one listing at a time, whatever the request rate',
  'leaves neighbouring paths alone',
])('a host that lists for each request, whatever its path, fails the suite: %s', async (name) => {
  const host: Host = {
    name: 'no sharing',
    createServer: (options) =>
      createServer((request, response) => {
        const endpoint = createCountEndpoint(options);
        void endpoint.answer(requestOf(request.method ?? '')).then(({ status, headers, body }) => {
          response.writeHead(status, headers).end(body);
        });
      }),
  };
  await expect(checkNamed(name).check(host)).rejects.toThrow('expected');
});

test('a host that shows too many ids, or of the wrong records, fails the suite', async () => {
  const everyRecord = hostWith(honest, (options) => ({ ...options, classify: () => 'phase-0' }));
  const unbounded = hostWith(
    each((answer) => withBody(answer, answer.body.replace(/"run-0999"/, '"run-0999","run-1000"'))),
  );
  await expect(
    checkNamed('answers the count and the ids, with exactly its headers').check(everyRecord),
  ).rejects.toThrow('expected');
  await expect(checkNamed('lists the first 1,000 ids and counts them all').check(unbounded)).rejects.toThrow(
    'expected',
  );
});

function checkNamed(name: string) {
  const check = adapterContract.find((each) => each.name === name);
  if (check === undefined) throw new Error(`the contract has no check named ${JSON.stringify(name)}`);
  return check;
}
