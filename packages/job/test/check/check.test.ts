import { CORDON_PATH, IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { nobody } from '@quietgate/testkit/endpoint';
import { describe, expect, it } from 'vitest';
import { type CheckId, CORDON_CHECK_IDS, COUNT_CHECK_IDS } from '../../src/check/check.ts';
import { type CheckReport, runCheck } from '../../src/check/run-check.ts';
import type { CheckPlan } from '../../src/plan/check-plan.ts';
import { type Fault, smallClock, type SmallRequest, startSmallServer, TOKEN } from './correct-server.ts';

const ALL = [...COUNT_CHECK_IDS, ...CORDON_CHECK_IDS];

const check = (url: string, more: Partial<CheckPlan> = {}, now = smallClock) =>
  runCheck(
    {
      url,
      path: IN_FLIGHT_COUNT_PATH,
      headers: [],
      host: undefined,
      requestTimeoutMs: 60_000,
      token: TOKEN,
      json: false,
      ...more,
    },
    {},
    now,
  );

const idsWith = ({ checks }: CheckReport, outcome: string) =>
  checks.filter((each) => each.outcome === outcome).map(({ id }) => id);

const messageOf = ({ checks }: CheckReport, id: CheckId) => checks.find((each) => each.id === id)?.message;

/** A fault in the responses to some requests. */
const where =
  (matches: (request: SmallRequest) => boolean, change: Fault): Fault =>
  (request, right, server) =>
    matches(request) ? change(request, right, server) : right;

const isCount = ({ path }: SmallRequest) => path === IN_FLIGHT_COUNT_PATH;
const isGet = ({ method }: SmallRequest) => method === 'GET';
const isPlain = (request: SmallRequest) => isCount(request) && isGet(request) && request.query.size === 0;
const isCordon = (method: string) => (request: SmallRequest) =>
  request.path === CORDON_PATH &&
  request.method === method &&
  request.headers.authorization === `Bearer ${TOKEN}`;
const withHeaders =
  (headers: Readonly<Record<string, string>>): Fault =>
  (_, right) => ({ ...right, headers: { ...right.headers, ...headers } });
const withStatus =
  (status: number): Fault =>
  (_, right) => ({ ...right, status });
const withBody =
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

/** A server for each check that fails it, and no other. */
const FAULTS: readonly [fails: CheckId, fault: string, Fault][] = [
  ['answers', 'the listing always fails', where(isCount, withStatus(503))],
  ['answers', 'the count is somewhere else', where(isCount, withStatus(404))],
  ['body', 'a page of HTML', where(isCount, withBody('<html>'))],
  ['body', 'a field beside the two', where(isCount, withBody({ count: 0, ids: [], owner: 'me' }))],
  ['body', 'ids are null', where(isCount, withBody({ count: 0, ids: null }))],
  ['body', 'ids in any order', where(isCount, withBody({ count: 2, ids: ['b', 'a'] }))],
  ['body', 'too few ids', where(isCount, withBody({ count: 2, ids: ['a'] }))],
  [
    'body',
    'ids without end',
    where(isCount, withBody({ count: 1001, ids: Array.from({ length: 1001 }, (_, n) => String(n + 1000)) })),
  ],
  ['body', 'a count in a text', where(isCount, withBody({ count: '2', ids: ['a', 'b'] }))],
  [
    'content-type',
    'a parameter',
    where(isCount, withHeaders({ 'content-type': 'application/json; charset=utf-8' })),
  ],
  ['no-store', 'caches may keep it', where(isCount, withHeaders({ 'cache-control': 'max-age=5' }))],
  ['no-validators', 'an ETag', where(isCount, withHeaders({ etag: '"1"' }))],
  [
    'no-validators',
    'a time',
    where(isCount, withHeaders({ 'last-modified': 'Sun, 17 May 2026 09:00:00 GMT' })),
  ],
  ['conditional', 'If-None-Match', where(({ headers }) => 'if-none-match' in headers, withStatus(304))],
  [
    'conditional',
    'If-Modified-Since',
    where(({ headers }) => 'if-modified-since' in headers, withStatus(304)),
  ],
  [
    'head',
    'HEAD is no method',
    where(({ method, path }) => method === 'HEAD' && path === IN_FLIGHT_COUNT_PATH, withStatus(405)),
  ],
  [
    'head',
    'another type',
    where(
      ({ method, path }) => method === 'HEAD' && path === IN_FLIGHT_COUNT_PATH,
      withHeaders({ 'content-type': 'text/html' }),
    ),
  ],
  [
    'methods',
    'POST is answered',
    where((request) => isCount(request) && request.method === 'POST', withStatus(200)),
  ],
  [
    'methods',
    'no Allow',
    where(
      (request) => isCount(request) && request.method === 'POST',
      () => ({ status: 405 }),
    ),
  ],
  [
    'query',
    'a query is not found',
    where((request) => isCount(request) && request.query.size > 0, withStatus(404)),
  ],
  ['cache', 'an Age', where(isCount, withHeaders({ age: '7' }))],
  [
    'prefer-zero',
    'a wait that nobody asked for',
    where(
      ({ headers, path }) => headers['prefer'] === 'wait=0' && path === IN_FLIGHT_COUNT_PATH,
      withHeaders({ 'preference-applied': 'wait=20' }),
    ),
  ],
  ['prefer-zero', 'applied without Prefer', where(isPlain, withHeaders({ 'preference-applied': 'wait=0' }))],
  ['prefer-zero', 'Prefer is refused', where(({ headers }) => 'prefer' in headers, withStatus(400))],
  ['prefer-wait', 'never held', (_, right) => ({ ...right, heldMs: 0 })],
  [
    'prefer-wait',
    'says nothing of a wait',
    where(
      ({ headers }) => headers['prefer'] === 'wait=1',
      (_, { status, body }) => ({ status, body }),
    ),
  ],
  [
    'unauthorized',
    'everybody may look',
    where(
      ({ path, headers }) => path === CORDON_PATH && headers.authorization !== `Bearer ${TOKEN}`,
      (_, __, server) => ({ status: 200, body: server.state() }),
    ),
  ],
  [
    'unauthorized',
    'no challenge',
    where(
      ({ path, headers }) => path === CORDON_PATH && !('authorization' in headers),
      (_, { status, body }) => ({ status, body }),
    ),
  ],
  [
    'wrong-token',
    'any token will do',
    where(
      ({ path, headers }) =>
        path === CORDON_PATH && 'authorization' in headers && headers.authorization !== `Bearer ${TOKEN}`,
      (_, __, server) => ({ status: 200, body: server.state() }),
    ),
  ],
  ['state', 'another shape', where(isCordon('GET'), withBody({ up: false }))],
  ['state', 'up without a holder', where(isCordon('GET'), withBody({ seconds: 7, holders: [] }))],
  ['state', 'another type', where(isCordon('GET'), withHeaders({ 'content-type': 'text/plain' }))],
  ['state', 'caches may keep it', where(isCordon('GET'), withHeaders({ 'cache-control': 'public' }))],
  [
    'state',
    'the token is another',
    where(
      ({ path, headers }) => path === CORDON_PATH && 'authorization' in headers,
      () => ({ status: 401, body: {} }),
    ),
  ],
  ['raise', 'fails', where(isCordon('PUT'), withStatus(503))],
  ['raise', 'no id', where(isCordon('PUT'), withBody({ seconds: 5 }))],
  ['raise', 'more than was asked', where(isCordon('PUT'), withBody({ seconds: 600, lease: 'a' }))],
  [
    'renew',
    'another id each time',
    where(
      (request) => isCordon('PUT')(request) && request.query.has('lease') && request.query.size === 3,
      withBody({ seconds: 5, lease: 'another' }),
    ),
  ],
  [
    'holders',
    'nobody is listed',
    where(isCordon('GET'), (_, right, { leases }) =>
      leases.size > 0 && right.status === 200 ? { ...right, body: { seconds: 0, holders: [] } } : right,
    ),
  ],
  [
    'bad-requests',
    'any query will do',
    where(isCordon('PUT'), ({ query }, _, server) => server.raise(query.get('holder') ?? 'nobody', 5)),
  ],
  [
    'bad-requests',
    'says nothing of why',
    (_, right) => (right.status === 400 ? { status: 400, body: '' } : right),
  ],
  [
    'lift',
    'nothing is lifted',
    where(isCordon('DELETE'), ({ query }, right, server) => {
      if (right.status === 200) server.raise(query.get('holder') ?? '', 5);
      return right;
    }),
  ],
  [
    'lift',
    'fails',
    where((request) => isCordon('DELETE')(request) && request.query.size === 1, withStatus(500)),
  ],
  ['lift-again', 'a lease that is gone is an error', where(isCordon('DELETE'), onceOnly())],
  ['cordon-methods', 'POST is answered', where(isCordon('POST'), withStatus(200))],
  ['cordon-methods', 'HEAD is answered', where(isCordon('HEAD'), withStatus(200))],
];

describe('a server that keeps to the protocol', () => {
  it('may list fewer ids where all of them would be more than a gate reads', async () => {
    const long = 'a'.repeat(600_000);
    const { url } = await startSmallServer(where(isCount, withBody({ count: 2, ids: [long] })));
    expect(idsWith(await check(url), 'failed')).toEqual([]);
  });

  it.each([
    ['busy', ['a', 'b']],
    ['quiet', []],
  ])('passes all checks: %s', async (_, ids) => {
    const { url, leases } = await startSmallServer(undefined, ids);
    const report = await check(url);
    expect(report.checks.map(({ id, outcome }) => [id, outcome])).toEqual(ALL.map((id) => [id, 'passed']));
    expect(report.wasAnswered).toBe(true);
    expect([...leases]).toEqual([]);
  });
});

describe('one fault, one FAILED', () => {
  it.each(FAULTS)('%s: %s', async (id, _, fault) => {
    const { url } = await startSmallServer(fault, id === 'prefer-wait' ? ['a'] : []);
    const report = await check(url);
    expect(idsWith(report, 'failed')).toEqual([id]);
    expect(report.checks.map((each) => each.id)).toEqual(ALL);
  });
});

describe('the time of a listing', () => {
  it('fails when it is more than half of what a gate waits, and nothing that goes by time is judged', async () => {
    let now = 0;
    const { url } = await startSmallServer(
      where(isCount, (_, right) => {
        now += 5001;
        return right;
      }),
    );
    const report = await check(url, {}, () => now);
    expect(idsWith(report, 'failed')).toEqual(['time']);
    expect(idsWith(report, 'skipped')).toEqual(['prefer-wait']);
    expect(messageOf(report, 'time')).toBe('it took 5s; it should be 5s at most, half of what a gate waits');
  });

  it('passes at half of it', async () => {
    let now = 0;
    const { url } = await startSmallServer(
      where(isPlain, (_, right) => {
        now += 5000;
        return right;
      }),
      [],
    );
    expect(idsWith(await check(url, {}, () => now), 'failed')).toEqual([]);
  });
});

describe('long polls', () => {
  it('are skipped where they are not offered', async () => {
    const { url } = await startSmallServer(
      where(
        ({ headers }) => 'prefer' in headers,
        (_, { status, body }) => ({ status, body }),
      ),
    );
    const report = await check(url);
    expect(idsWith(report, 'failed')).toEqual([]);
    expect(idsWith(report, 'skipped')).toEqual(['prefer-zero', 'prefer-wait']);
    expect(messageOf(report, 'prefer-wait')).toBe('long polls are not offered');
  });

  it('fail on a quiet server that keeps a request pending all the same', async () => {
    const held = where(
      ({ headers }) => headers['prefer'] === 'wait=1',
      (_, right) => ({ ...right, heldMs: 1000 }),
    );
    const report = await check((await startSmallServer(held, [])).url);
    expect(idsWith(report, 'failed')).toEqual(['prefer-wait']);
    expect(messageOf(report, 'prefer-wait')).toMatch(/ms with nothing in flight; it should be immediate$/);
  });
});

describe('a server behind a redirect', () => {
  it.each([302, 307, 308])('fails cache alone (%i)', async (status) => {
    const { url: end } = await startSmallServer();
    const { url } = await startSmallServer(({ path, query }) => ({
      status,
      headers: { location: `${end}${path}${query.size === 0 ? '' : `?${query.toString()}`}` },
    }));
    const report = await check(url);
    expect(idsWith(report, 'failed')).toEqual(['cache']);
    expect(messageOf(report, 'cache')).toBe(
      `it redirects to ${end}${IN_FLIGHT_COUNT_PATH}; it should be the URL that is asked`,
    );
    expect(idsWith(report, 'skipped')).toEqual(['methods', ...CORDON_CHECK_IDS]);
  });
});

describe('a cordon', () => {
  it('is skipped where there is none', async () => {
    const { url } = await startSmallServer(
      where(
        ({ path }) => path === CORDON_PATH,
        () => ({ status: 404, body: {} }),
      ),
    );
    const report = await check(url);
    expect(idsWith(report, 'failed')).toEqual([]);
    expect(idsWith(report, 'skipped')).toEqual([...CORDON_CHECK_IDS]);
    expect(messageOf(report, 'lift')).toBe('the server has no cordon: 404');
  });

  it('that may not be raised now is judged as far as that goes', async () => {
    const { url } = await startSmallServer(
      where(isCordon('PUT'), () => ({ status: 409, body: { error: 'not now' } })),
    );
    const report = await check(url);
    expect(idsWith(report, 'failed')).toEqual([]);
    expect(idsWith(report, 'skipped')).toEqual([
      'raise',
      'renew',
      'holders',
      'bad-requests',
      'lift',
      'lift-again',
    ]);
  });

  it('is not judged by a lease that may have ended on a slow way', async () => {
    let now = 0;
    const { url } = await startSmallServer(
      where(
        (request) => isCordon('PUT')(request) && request.query.has('lease'),
        (_, right) => {
          now += 5000;
          return { ...right, body: { seconds: 5, lease: 'another' } };
        },
      ),
    );
    const report = await check(url, {}, () => now);
    expect(messageOf(report, 'renew')).toBe('the requests took so long that the lease may have expired');
  });

  it('is left alone without a token', async () => {
    const { url, requests } = await startSmallServer();
    const report = await check(url, { token: undefined });
    expect(report.checks.map(({ id }) => id)).toEqual([...COUNT_CHECK_IDS]);
    expect(requests.every(isCount)).toBe(true);
  });

  it('keeps no lease of a raise that failed', async () => {
    const { url, leases } = await startSmallServer(where(isCordon('PUT'), withStatus(503)));
    await check(url);
    expect([...leases]).toEqual([]);
  });
});

describe('what is sent', () => {
  it('has a query of its own for one check alone, and that of the URL for the count', async () => {
    const { url, requests } = await startSmallServer(undefined, []);
    await check(`${url}?team=a`, { headers: [['X-Team', 'a']] });
    const counts = requests.filter(isCount);
    expect(counts.every(({ query, headers }) => query.get('team') === 'a' && headers['x-team'] === 'a')).toBe(
      true,
    );
    expect(counts.filter(({ query }) => query.size > 1)).toHaveLength(1);
    expect(requests.filter((each) => !isCount(each)).some(({ query }) => query.has('team'))).toBe(false);
  });

  it('changes no record', async () => {
    const { url, requests } = await startSmallServer(undefined, []);
    await check(url);
    expect(new Set(requests.filter(isCount).map(({ method }) => method))).toEqual(
      new Set(['GET', 'HEAD', 'POST']),
    );
  });
});

describe('the report', () => {
  it('warns of records that nobody can judge, and fails for none', async () => {
    const { url } = await startSmallServer(where(isCount, withHeaders({ 'quietgate-unknown': '3' })), []);
    const report = await check(url);
    expect(idsWith(report, 'failed')).toEqual([]);
    expect(messageOf(report, 'unknown')).toBe('warning: 3 of unknown status, which nobody can judge');
  });

  it('says when no request was answered', async () => {
    const report = await check(await nobody());
    expect(report.wasAnswered).toBe(false);
    expect(idsWith(report, 'failed')).toEqual(['answers']);
    expect(report.checks).toHaveLength(ALL.length);
    expect(messageOf(report, 'answers')).toMatch(/refused the connection \(ECONNREFUSED\)$/);
    expect(messageOf(report, 'lift')).toBe('no request was answered');
  });

  it('repeats nothing of a cordon, which may echo the token', async () => {
    const { url } = await startSmallServer(
      where(
        ({ path }) => path === CORDON_PATH,
        ({ headers }, right) => ({
          ...right,
          body: {
            seconds: headers.authorization,
            lease: headers.authorization,
            holders: headers.authorization,
          },
        }),
      ),
    );
    expect(JSON.stringify(await check(url))).not.toContain(TOKEN);
  });
});
