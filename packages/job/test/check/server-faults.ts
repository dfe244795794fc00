import { CORDON_PATH, IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import type { CheckId } from '../../src/check/check.ts';
import { type Fault, type SmallRequest, TOKEN } from './correct-server.ts';

/** A fault in the responses to some requests. */
export const where =
  (matches: (request: SmallRequest) => boolean, change: Fault): Fault =>
  (request, right, server) =>
    matches(request) ? change(request, right, server) : right;

export const isCount = ({ path }: SmallRequest) => path === IN_FLIGHT_COUNT_PATH;
const isGet = ({ method }: SmallRequest) => method === 'GET';
export const isPlain = (request: SmallRequest) =>
  isCount(request) && isGet(request) && request.query.size === 0;
export const isCordon = (method: string) => (request: SmallRequest) =>
  request.path === CORDON_PATH &&
  request.method === method &&
  request.headers.authorization === `Bearer ${TOKEN}`;
export const withHeaders =
  (headers: Readonly<Record<string, string>>): Fault =>
  (_, right) => ({ ...right, headers: { ...right.headers, ...headers } });
export const withStatus =
  (status: number): Fault =>
  (_, right) => ({ ...right, status });
export const withBody =
  (body: unknown): Fault =>
  (_, right) => ({ ...right, body });

/** Each server releases once, and knows nothing of the lease from then on. */
function onceOnly(): Fault {
  const released = new WeakSet<object>();
  return (_, right, server) => {
    if (right.status !== 200) return right;
    if (released.has(server)) return { status: 404, body: { error: 'no such lease' } };
    released.add(server);
    return right;
  };
}

/** A server for each check that fails it, and no other, with what is said of it. */
export const SERVER_FAULTS: readonly [fails: CheckId, fault: string, message: string, Fault][] = [
  [
    'answers',
    'the listing always fails',
    'status 503; it should be status 200',
    where(isCount, withStatus(503)),
  ],
  [
    'answers',
    'the count is somewhere else',
    'status 404: there is no such endpoint; it should be status 200',
    where(isCount, withStatus(404)),
  ],
  [
    'body',
    'a page of HTML',
    'the body is not JSON: "<html>"; it should be {"count":N,"ids":["…"]}, and no other field',
    where(isCount, withBody('<html>')),
  ],
  [
    'body',
    'a field beside the two',
    'the body has other fields too: owner; it should be {"count":N,"ids":["…"]}, and no other field',
    where(isCount, withBody({ count: 0, ids: [], owner: 'me' })),
  ],
  [
    'body',
    'ids are null',
    'ids is not an array; it should be an array, also when it is empty',
    where(isCount, withBody({ count: 0, ids: null })),
  ],
  [
    'body',
    'ids in any order',
    'the ids are not sorted; it should be in ascending order of code units',
    where(isCount, withBody({ count: 2, ids: ['b', 'a'] })),
  ],
  [
    'body',
    'too few ids',
    '1 ids for a count of 2; it should be 2',
    where(isCount, withBody({ count: 2, ids: ['a'] })),
  ],
  [
    'body',
    'ids without end',
    '1001 ids for a count of 1001; it should be 1000',
    where(isCount, withBody({ count: 1001, ids: Array.from({ length: 1001 }, (_, n) => String(n + 1000)) })),
  ],
  [
    'body',
    'a count in a text',
    'count must be an integer of 0 or more, got a value of type string; it should be {"count":N,"ids":["…"]}, and no other field',
    where(isCount, withBody({ count: '2', ids: ['a', 'b'] })),
  ],
  [
    'content-type',
    'a parameter',
    'Content-Type is "application/json; charset=utf-8"; it should be exactly application/json',
    where(isCount, withHeaders({ 'content-type': 'application/json; charset=utf-8' })),
  ],
  [
    'no-store',
    'caches may keep it',
    'Cache-Control is "max-age=5"; it should be no-store',
    where(isCount, withHeaders({ 'cache-control': 'max-age=5' })),
  ],
  [
    'no-validators',
    'an ETag',
    'there is ETag; it should be neither of ETag and Last-Modified',
    where(isCount, withHeaders({ etag: '"1"' })),
  ],
  [
    'no-validators',
    'a time',
    'there is Last-Modified; it should be neither of ETag and Last-Modified',
    where(isCount, withHeaders({ 'last-modified': 'Sun, 17 May 2026 09:00:00 GMT' })),
  ],
  [
    'conditional',
    'If-None-Match',
    'a conditional request got status 304; it should be status 200 with a count',
    where(({ headers }) => 'if-none-match' in headers, withStatus(304)),
  ],
  [
    'conditional',
    'If-Modified-Since',
    'a conditional request got status 304; it should be status 200 with a count',
    where(({ headers }) => 'if-modified-since' in headers, withStatus(304)),
  ],
  [
    'head',
    'HEAD is no method',
    'status 405; it should be that of GET, 200',
    where(({ method, path }) => method === 'HEAD' && path === IN_FLIGHT_COUNT_PATH, withStatus(405)),
  ],
  [
    'head',
    'another type',
    'Content-Type is "text/html"; it should be that of GET, application/json',
    where(
      ({ method, path }) => method === 'HEAD' && path === IN_FLIGHT_COUNT_PATH,
      withHeaders({ 'content-type': 'text/html' }),
    ),
  ],
  [
    'methods',
    'POST is answered',
    'POST got status 200; it should be 405 with Allow: GET, HEAD',
    where((request) => isCount(request) && request.method === 'POST', withStatus(200)),
  ],
  [
    'methods',
    'no Allow',
    'POST got 405, and there is no Allow; it should be GET, HEAD',
    where(
      (request) => isCount(request) && request.method === 'POST',
      () => ({ status: 405 }),
    ),
  ],
  [
    'query',
    'a query is not found',
    'a request with a query got status 404; it should be status 200 with a count',
    where((request) => isCount(request) && request.query.size > 0, withStatus(404)),
  ],
  [
    'cache',
    'an Age',
    'Age is 7: a cache has answered; it should be the server, each time',
    where(isCount, withHeaders({ age: '7' })),
  ],
  [
    'prefer-zero',
    'a wait that nobody asked for',
    'Preference-Applied is "wait=20"; it should be wait=0',
    where(
      ({ headers, path }) => headers['prefer'] === 'wait=0' && path === IN_FLIGHT_COUNT_PATH,
      withHeaders({ 'preference-applied': 'wait=20' }),
    ),
  ],
  [
    'prefer-zero',
    'applied without Prefer',
    'without Prefer, Preference-Applied is "wait=0"; it should be absent',
    where(isPlain, withHeaders({ 'preference-applied': 'wait=0' })),
  ],
  [
    'prefer-zero',
    'Prefer is refused',
    'with Prefer: wait=0 the status is 400; it should be 200',
    where(({ headers }) => 'prefer' in headers, withStatus(400)),
  ],
  [
    'prefer-wait',
    'never held',
    'the response came after 0 ms with 1 in flight; it should be a second',
    (_, right) => ({ ...right, heldMs: 0 }),
  ],
  [
    'prefer-wait',
    'says nothing of a wait',
    'there is no Preference-Applied; it should be wait=1',
    where(
      ({ headers }) => headers['prefer'] === 'wait=1',
      (_, { status, body }) => ({ status, body }),
    ),
  ],
  [
    'unauthorized',
    'everybody may look',
    'without a token: status 200; it should be 401',
    where(
      ({ path, headers }) => path === CORDON_PATH && headers.authorization !== `Bearer ${TOKEN}`,
      (_, __, server) => ({ status: 200, body: server.state() }),
    ),
  ],
  [
    'unauthorized',
    'no challenge',
    'there is no WWW-Authenticate; it should be Bearer',
    where(
      ({ path, headers }) => path === CORDON_PATH && !('authorization' in headers),
      (_, { status, body }) => ({ status, body }),
    ),
  ],
  [
    'wrong-token',
    'any token will do',
    'status 200; it should be 401',
    where(
      ({ path, headers }) =>
        path === CORDON_PATH && 'authorization' in headers && headers.authorization !== `Bearer ${TOKEN}`,
      (_, __, server) => ({ status: 200, body: server.state() }),
    ),
  ],
  [
    'state',
    'another shape',
    'seconds must be an integer of 0 or more, got nothing; it should be {"seconds":S,"holders":["…"]}',
    where(isCordon('GET'), withBody({ up: false })),
  ],
  [
    'state',
    'up without a holder',
    '7 seconds with 0 holders; it should be 0 and [] when it is down, else neither',
    where(isCordon('GET'), withBody({ seconds: 7, holders: [] })),
  ],
  [
    'state',
    'another type',
    'Content-Type is "text/plain"; it should be exactly application/json',
    where(isCordon('GET'), withHeaders({ 'content-type': 'text/plain' })),
  ],
  [
    'state',
    'caches may keep it',
    'Cache-Control is "public"; it should be no-store',
    where(isCordon('GET'), withHeaders({ 'cache-control': 'public' })),
  ],
  [
    'state',
    'the token is another',
    'status 401: the token is refused; it should be 200',
    where(
      ({ path, headers }) => path === CORDON_PATH && 'authorization' in headers,
      () => ({ status: 401, body: {} }),
    ),
  ],
  [
    'raise',
    'fails',
    'status 503; it should be 200 with {"seconds":S,"lease":"…"}, S from 1 to 5',
    where(isCordon('PUT'), withStatus(503)),
  ],
  [
    'raise',
    'no id',
    'lease must be a string that is not empty, got nothing; it should be 200 with {"seconds":S,"lease":"…"}, S from 1 to 5',
    where(isCordon('PUT'), withBody({ seconds: 5 })),
  ],
  [
    'raise',
    'more than was asked',
    'a lease of 600 s for 5 that were asked; it should be 200 with {"seconds":S,"lease":"…"}, S from 1 to 5',
    where(isCordon('PUT'), withBody({ seconds: 600, lease: 'a' })),
  ],
  [
    'renew',
    'another id each time',
    'another id; it should be the same, since the lease has not lapsed',
    where(
      (request) => isCordon('PUT')(request) && request.query.has('lease') && request.query.size === 3,
      withBody({ seconds: 5, lease: 'another' }),
    ),
  ],
  [
    'holders',
    'nobody is listed',
    'the lease is not in the state; it should be its holder, and a second or more',
    where(isCordon('GET'), (_, right, { leases }) =>
      leases.size > 0 && right.status === 200 ? { ...right, body: { seconds: 0, holders: [] } } : right,
    ),
  ],
  [
    'bad-requests',
    'any query will do',
    'PUT ?seconds=5: status 200; it should be 400',
    where(isCordon('PUT'), ({ query }, _, server) => server.raise(query.get('holder') ?? 'nobody', 5)),
  ],
  [
    'bad-requests',
    'says nothing of why',
    'PUT ?seconds=5: 400 without an error that says what it takes; it should be {"error":"…"}',
    (_, right) => (right.status === 400 ? { status: 400, body: '' } : right),
  ],
  [
    'lift',
    'nothing is lifted',
    'the lease is still in the state; it should be gone',
    where(isCordon('DELETE'), ({ query }, right, server) => {
      if (right.status === 200) server.raise(query.get('holder') ?? '', 5);
      return right;
    }),
  ],
  [
    'lift',
    'fails',
    'status 500; it should be 200',
    where((request) => isCordon('DELETE')(request) && request.query.size === 1, withStatus(500)),
  ],
  [
    'lift-again',
    'a lease that is gone is an error',
    'status 404 when there is no such lease; it should be 200',
    where(isCordon('DELETE'), onceOnly()),
  ],
  [
    'cordon-methods',
    'POST is answered',
    'POST got status 200; it should be 405 with Allow: GET, PUT, DELETE',
    where(isCordon('POST'), withStatus(200)),
  ],
  [
    'cordon-methods',
    'HEAD is answered',
    'HEAD got status 200; it should be 405 with Allow: GET, PUT, DELETE',
    where(isCordon('HEAD'), withStatus(200)),
  ],
];
