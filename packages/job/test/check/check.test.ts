import { CORDON_PATH, IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { nobody } from '@quietgate/testkit/endpoint';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type CheckId, CORDON_CHECK_IDS, COUNT_CHECK_IDS } from '../../src/check/check.ts';
import { checkServer } from '../../src/check/check-server.ts';
import { type CheckReport, runCheck } from '../../src/check/run-check.ts';
import type { CheckPlan } from '../../src/plan/check-plan.ts';
import { type Fault, smallClock, startSmallServer, TOKEN } from './correct-server.ts';
import {
  isCordon,
  isCount,
  isPlain,
  SERVER_FAULTS,
  where,
  withBody,
  withHeaders,
  withStatus,
} from './server-faults.ts';

const ALL = [...COUNT_CHECK_IDS, ...CORDON_CHECK_IDS];

const planFor = (url: string, more: Partial<CheckPlan> = {}): CheckPlan => ({
  url,
  path: IN_FLIGHT_COUNT_PATH,
  headers: [],
  host: undefined,
  requestTimeoutMs: 60_000,
  token: TOKEN,
  json: false,
  ...more,
});

const check = (url: string, more: Partial<CheckPlan> = {}, now = smallClock) =>
  runCheck(planFor(url, more), {}, now);

afterEach(() => {
  vi.useRealTimers();
});

const idsWith = ({ checks }: CheckReport, outcome: string) =>
  checks.filter((each) => each.outcome === outcome).map(({ id }) => id);

const messageOf = ({ checks }: CheckReport, id: CheckId) => checks.find((each) => each.id === id)?.message;

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

  it('passes them by the clock of the machine, too', async () => {
    const { url } = await startSmallServer(undefined, []);
    expect(idsWith(await checkServer(planFor(url), {}), 'failed')).toEqual([]);
  });

  it('is told so in words', async () => {
    const { url } = await startSmallServer();
    const { checks } = await check(url);
    expect(checks.map(({ id, message }) => `${id}: ${message}`)).toEqual([
      'answers: status 200',
      'body: 2 in flight',
      'content-type: application/json',
      'no-store: Cache-Control has no-store',
      'no-validators: neither ETag nor Last-Modified',
      'conditional: status 200 with a count',
      'head: as GET, without a body',
      'methods: 405 with Allow: GET, HEAD',
      'query: status 200 with a count',
      'cache: neither a cache nor a redirect',
      'time: it took 0s',
      'prefer-zero: applied: wait=0',
      'prefer-wait: kept pending for a second',
      'unknown: no record of unknown status',
      'unauthorized: status 401 with WWW-Authenticate: Bearer',
      'wrong-token: status 401',
      'state: the cordon is down',
      'raise: a lease of 5 s',
      'renew: the same id',
      'holders: the holder is listed',
      'bad-requests: status 400 for each',
      'lift: the lease is gone',
      'lift-again: status 200, though there is no such lease',
      'cordon-methods: 405 with Allow: GET, PUT, DELETE',
    ]);
  });
});

describe('a request that gets no response', () => {
  it('has its time, and a second more where it may be kept pending', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let isAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    const { url } = await startSmallServer(
      where(
        ({ headers }) => headers['prefer'] === 'wait=1',
        (_, right) => {
          isAsked();
          return { ...right, heldMs: Infinity };
        },
      ),
    );
    const checking = check(url);
    await asked;
    vi.advanceTimersByTime(60_999);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1);
    const report = await checking;
    expect(idsWith(report, 'failed')).toEqual(['prefer-wait']);
    expect(messageOf(report, 'prefer-wait')).toBe('no complete response within 61000 ms');
    expect(report.wasAnswered).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('one fault, one FAILED', () => {
  it.each(SERVER_FAULTS)('%s: %s', async (id, _, message, fault) => {
    const { url } = await startSmallServer(fault, id === 'prefer-wait' ? ['a'] : []);
    const report = await check(url);
    expect(idsWith(report, 'failed')).toEqual([id]);
    expect(messageOf(report, id)).toBe(message);
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
    const report = await check(`${url}?token=s3cret`);
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

  it('that alone is behind a redirect fails one check', async () => {
    const { url } = await startSmallServer(
      where(
        ({ path }) => path === CORDON_PATH,
        () => ({ status: 302, headers: { location: '/login' } }),
      ),
    );
    const report = await check(url);
    expect(idsWith(report, 'failed')).toEqual(['unauthorized']);
    expect(idsWith(report, 'skipped')).toEqual(CORDON_CHECK_IDS.filter((id) => id !== 'unauthorized'));
    expect(messageOf(report, 'lift')).toBe(
      'cannot be judged behind a redirect, which the token does not follow',
    );
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
  const nonce = /^nonce=check-[0-9a-f]{12}$/;

  it.each(['', 'team=a'])(
    'has a query for one check alone, and that of the URL for the count: "%s"',
    async (own) => {
      const { url, requests } = await startSmallServer(undefined, []);
      await check(`${url}?${own}`);
      const searches = new Set(requests.filter(isCount).map(({ search }) => search));
      const [plain, other] = [...searches];
      expect(searches.size).toBe(2);
      expect(plain).toBe(own === '' ? '' : `?${own}`);
      expect(other?.replace(own === '' ? '?' : `?${own}&`, '')).toMatch(nonce);
      expect(requests.filter((each) => !isCount(each)).some(({ query }) => query.has('team'))).toBe(false);
    },
  );

  it('has the headers that were given, and of a cordon another Authorization', async () => {
    const { url, requests } = await startSmallServer(undefined, []);
    await check(url, {
      headers: [
        ['X-Team', 'a'],
        ['Authorization', 'Basic YTpi'],
      ],
    });
    expect(requests.every(({ headers }) => headers['x-team'] === 'a')).toBe(true);
    const authorizations = (of: typeof requests) => new Set(of.map(({ headers }) => headers.authorization));
    expect(authorizations(requests.filter(isCount))).toEqual(new Set(['Basic YTpi']));
    expect([...authorizations(requests.filter((each) => !isCount(each)))]).toEqual([
      undefined,
      expect.stringMatching(/^Bearer [-0-9a-f]{36}$/),
      `Bearer ${TOKEN}`,
    ]);
  });

  it('names a time in the way of HTTP', async () => {
    const { url, requests } = await startSmallServer(undefined, []);
    await check(url);
    const times = requests.map(({ headers }) => headers['if-modified-since']).filter(Boolean);
    expect(times).toEqual([expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/)]);
  });

  it('releases the lease once more only where that has failed', async () => {
    const releases = async (fault?: Fault) => {
      const { url, requests } = await startSmallServer(fault, []);
      await check(url);
      return requests.filter(({ method, query }) => method === 'DELETE' && query.size === 1).length;
    };
    expect(await releases()).toBe(2); // the second for lift-again
    expect(await releases(where(isCordon('DELETE'), withStatus(500)))).toBe(2);
    expect(await releases(where(isCordon('PUT'), withStatus(503)))).toBe(1);
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
    const report = await checkServer(planFor(await nobody()), {});
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
