import { MAX_BODY_BYTES } from '@quietgate/core/internal';
import { describe, expect, it } from 'vitest';
import {
  type Check,
  type CheckId,
  type CheckRequest,
  type CheckResponse,
  judge,
  plan,
  type Reply,
  type Seen,
} from './check.ts';
import { CORDON_CHECKS } from './cordon-checks.ts';
import { COUNT_CHECKS } from './count-checks.ts';
import { failed, passed, skipped, type Verdict } from './verdict.ts';

const ALL = [...COUNT_CHECKS, ...CORDON_CHECKS];
const HOLDER = 'check-a';

interface Given {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** `null` for one that is longer than a gate reads. */
  readonly body?: unknown;
  readonly redirectedTo?: string;
  readonly sentAt?: number;
  readonly tookMs?: number;
}

const bytesOf = (body: unknown) =>
  body instanceof Uint8Array
    ? new Uint8Array(body)
    : new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));

function response({
  status = 200,
  headers = {},
  body = { count: 0, ids: [] },
  redirectedTo,
  sentAt = 0,
  tookMs = 0,
}: Given = {}): CheckResponse {
  return {
    type: 'response',
    status,
    headers: new Headers({ 'content-type': 'application/json', 'cache-control': 'no-store', ...headers }),
    body: body === null ? undefined : bytesOf(body),
    redirectedTo,
    sentAt,
    endedAt: sentAt + tookMs,
  };
}

const GRANTED = response({ body: { seconds: 5, lease: 'l1' } });

/** What has been seen before, when all was well. */
function seenWith(
  replies: Partial<Record<CheckId, Reply>> = {},
  verdicts: Seen['verdicts'] = ALL_PASSED,
): Seen {
  const good = {
    answers: response(),
    'prefer-zero': response(),
    unauthorized: response({ status: 401 }),
    raise: GRANTED,
    state: response(),
  };
  const given = Object.entries({ ...good, ...replies }).map(([id, reply]) => [id, [reply]]);
  return {
    verdicts,
    replies: Object.fromEntries(given) as Seen['replies'],
    holder: HOLDER,
    date: 'Sun, 17 May 2026 09:00:00 GMT',
  };
}

const ALL_PASSED = Object.fromEntries(ALL.map(({ id }) => [id, passed('')])) as Seen['verdicts'];

const CHECKS = Object.fromEntries(ALL.map((check) => [check.id, check])) as Record<CheckId, Check>;

const judged = (id: CheckId, replies: readonly Reply[], seen = seenWith()) =>
  judge(CHECKS[id], replies, seen);

/** The verdict of a check of the plain response. */
const ofPlain = (id: CheckId, plain: Given) => judged(id, [], seenWith({ answers: response(plain) }));

describe('the count', () => {
  it('is not the server’s when a proxy answers', () => {
    expect(judged('answers', [response({ status: 407 })])).toEqual(
      failed('status 407: a proxy wants a user name and a password'),
    );
  });

  it.each<[what: string, plain: Given, verdict: Verdict]>([
    [
      'over a megabyte',
      { body: null },
      failed(`the body is over ${MAX_BODY_BYTES} bytes`, '{"count":N,"ids":["…"]}, and no other field'),
    ],
    [
      'with two fields more',
      { body: { count: 0, ids: [], a: 1, b: 2 } },
      failed('the body has other fields too: a, b', '{"count":N,"ids":["…"]}, and no other field'),
    ],
    ['with one id for two runs', { body: { count: 2, ids: ['a', 'a'] } }, passed('2 in flight')],
    ['with no id', { body: { count: 2, ids: [] } }, failed('0 ids for a count of 2', '2')],
    ['with a thousand ids of more', { body: { count: 2000, ids: numbered(1000) } }, passed('2000 in flight')],
    [
      'cut short in need',
      { body: padded({ count: 2, ids: ['a'] }, MAX_BODY_BYTES / 2 + 1) },
      passed('2 in flight'),
    ],
    [
      'cut short by one',
      { body: padded({ count: 3, ids: ['a', 'b'] }, (MAX_BODY_BYTES * 2) / 3) },
      failed('2 ids for a count of 3', '3'),
    ],
    [
      'cut short without need',
      { body: padded({ count: 2, ids: ['a'] }, MAX_BODY_BYTES / 2) },
      failed('1 ids for a count of 2', '2'),
    ],
  ])('%s is judged by the book', (_, plain, verdict) => {
    expect(ofPlain('body', plain)).toEqual(verdict);
  });

  it.each<[id: CheckId, plain: Given, verdict: Verdict]>([
    ['no-store', { headers: { 'cache-control': 'private, No-Store' } }, passed('Cache-Control has no-store')],
    [
      'no-validators',
      { headers: { etag: 'a', 'last-modified': 'b' } },
      failed('there is ETag and Last-Modified', 'neither of ETag and Last-Modified'),
    ],
    ['time', { sentAt: 100, tookMs: 5000 }, passed('it took 5s')],
    ['time', { tookMs: 5001 }, failed('it took 5s', '5s at most, half of what a gate waits')],
  ])('has headers and a time: %s of %j', (id, plain, verdict) => {
    expect(ofPlain(id, plain)).toEqual(verdict);
  });

  it('may not be silent about caches', () => {
    const answers = { ...response(), headers: new Headers() };
    expect(judged('no-store', [], seenWith({ answers }))).toEqual(
      failed('there is no Cache-Control', 'no-store'),
    );
  });

  it.each<[what: string, second: Given, seen: string]>([
    ['is not JSON', { body: '<html>' }, '200, but the body is not JSON: "<html>"'],
    ['is empty', { body: '' }, '200, but the body is empty'],
    ['is longer than a gate reads', { body: null }, `200, but the body is over ${MAX_BODY_BYTES} bytes`],
    ['has another status', { status: 304 }, 'status 304'],
  ])('of a conditional request that %s fails it', (_, second, seen) => {
    expect(judged('conditional', [response(), response(second)])).toEqual(
      failed(`a conditional request got ${seen}`, 'status 200 with a count'),
    );
  });

  it.each<[name: string, head: Given, verdict: Verdict]>([
    ['the same', { body: '' }, passed('as GET, without a body')],
    [
      'another Cache-Control',
      { headers: { 'cache-control': 'private' } },
      failed('Cache-Control is "private"', 'that of GET, no-store'),
    ],
  ])('has a HEAD with %s', (_, head, verdict) => {
    expect(judged('head', [response(head)])).toEqual(verdict);
  });

  it.each([
    [299, 'failed'],
    [300, 'skipped'],
    [399, 'skipped'],
    [400, 'failed'],
  ])('cannot be judged of its methods behind a redirect (%i: %s)', (status, outcome) => {
    const behind = seenWith({ answers: response({ redirectedTo: 'https://end.test/' }) });
    const right = `405 with Allow: GET, HEAD`;
    expect(judged('methods', [response({ status })], behind)).toEqual(
      outcome === 'skipped'
        ? skipped('cannot be judged behind a redirect: use the URL that it leads to')
        : failed(`POST got status ${status}`, right),
    );
    expect(judged('methods', [response({ status })])).toEqual(failed(`POST got status ${status}`, right));
  });

  it.each<[allow: string, verdict: Verdict]>([
    ['HEAD,GET', passed('405 with Allow: GET, HEAD')],
    ['GET, HEAD, PUT', failed('POST got 405, and Allow is "GET, HEAD, PUT"', 'GET, HEAD')],
  ])('takes the methods that Allow names in any order: %s', (allow, verdict) => {
    expect(judged('methods', [response({ status: 405, headers: { allow } })])).toEqual(verdict);
  });
});

describe('Prefer: wait=0', () => {
  const applied = { 'preference-applied': 'wait=0' };

  it.each<[what: string, given: Given, plain: Given, verdict: Verdict]>([
    ['is applied', { headers: applied }, {}, passed('applied: wait=0')],
    ['is applied in time', { headers: applied, tookMs: 7000 }, { tookMs: 1000 }, passed('applied: wait=0')],
    [
      'is applied late',
      { headers: applied, tookMs: 7000.6 },
      { tookMs: 999 },
      failed('with Prefer: wait=0 the response came 6002 ms later', 'immediate'),
    ],
    ['is not offered', {}, {}, skipped('long polls are not offered')],
  ])('%s', (_, given, plain, verdict) => {
    const seen = seenWith({ answers: response(plain) });
    expect(judged('prefer-zero', [response(given)], seen)).toEqual(verdict);
  });
});

describe('Prefer: wait=1', () => {
  const headers = { 'preference-applied': 'wait=1' };
  const busy = { headers, body: { count: 1, ids: ['a'] } };

  it.each<[what: string, given: Given, before: Given, verdict: Verdict]>([
    ['gets an error', { status: 503 }, {}, failed('with Prefer: wait=1 the status is 503', '200')],
    [
      'is answered with another wait',
      { headers: { 'preference-applied': 'wait=20' } },
      {},
      failed('Preference-Applied is "wait=20"', 'wait=1'),
    ],
    ['gets no count', { headers, body: '' }, {}, failed('the body is empty', 'a count')],
    [
      'gets too long a count',
      { headers, body: null },
      {},
      failed(`the body is over ${MAX_BODY_BYTES} bytes`, 'a count'),
    ],
    ['is kept to the end', { ...busy, tookMs: 6000 }, {}, passed('kept pending for a second')],
    [
      'is kept for too long',
      { ...busy, tookMs: 6001 },
      {},
      failed('the response came after 6001 ms', 'a second'),
    ],
    ['is kept for a little less', { ...busy, tookMs: 950 }, {}, passed('kept pending for a second')],
    [
      'is kept for too short a time',
      { ...busy, sentAt: 50, tookMs: 949 },
      {},
      failed('the response came after 949 ms with 1 in flight', 'a second'),
    ],
    [
      'is quiet after a while',
      { headers, tookMs: 1049 },
      { tookMs: 100 },
      passed('answered once nothing was in flight'),
    ],
    [
      'is quiet, and kept',
      { headers, tookMs: 1050 },
      { tookMs: 100 },
      failed('the response came after 1050 ms with nothing in flight', 'immediate'),
    ],
    [
      'becomes quiet',
      { headers, tookMs: 1050 },
      { tookMs: 100, body: busy.body },
      passed('answered once nothing was in flight'),
    ],
  ])('%s', (_, given, before, verdict) => {
    const seen = seenWith({ 'prefer-zero': response(before) });
    expect(judged('prefer-wait', [response(given)], seen)).toEqual(verdict);
  });
});

describe('the cordon', () => {
  it.each<[what: string, given: Given, verdict: Verdict]>([
    ['forbids all', { status: 403 }, failed('without a token: status 403', '401')],
    ['redirects', { status: 302 }, failed('without a token: status 302', '401')],
    [
      'says bearer in its own way',
      { status: 401, headers: { 'www-authenticate': 'bearer realm="a"' } },
      passed('status 401 with WWW-Authenticate: Bearer'),
    ],
    [
      'wants something else',
      { status: 401, headers: { 'www-authenticate': 'Basic realm="bearer"' } },
      failed('WWW-Authenticate is "Basic realm=\\"bearer\\""', 'Bearer'),
    ],
    [
      'wants something similar',
      { status: 401, headers: { 'www-authenticate': 'BearerToken' } },
      failed('WWW-Authenticate is "BearerToken"', 'Bearer'),
    ],
  ])('without a token %s', (_, given, verdict) => {
    expect(judged('unauthorized', [response(given)])).toEqual(verdict);
  });

  it('is not judged behind a redirect', () => {
    const seen = seenWith({ answers: response({ redirectedTo: 'https://end.test/' }) });
    expect(judged('unauthorized', [response({ status: 302 })], seen)).toEqual(
      skipped('cannot be judged behind a redirect, which the token does not follow'),
    );
  });

  it.each<[what: string, given: Given, verdict: Verdict]>([
    ['refuses the token', { status: 403 }, failed('status 403: the token is refused', '200')],
    ['fails', { status: 500 }, failed('status 500', '200')],
    ['is up', { body: { seconds: 7, holders: ['a', 'a', 'b'] } }, passed('the cordon is up for 7 s')],
    [
      'is down with a holder',
      { body: { seconds: 0, holders: ['a'] } },
      failed('0 seconds with 1 holders', '0 and [] when it is down, else neither'),
    ],
    [
      'has holders in any order',
      { body: { seconds: 7, holders: ['zz', 'a'] } },
      failed('the holders are not sorted', 'in ascending order of code units'),
    ],
    ['is no JSON', { body: '{' }, failed('the body is not JSON', '{"seconds":S,"holders":["…"]}')],
    [
      'is no UTF-8',
      { body: Buffer.from('7b2273223a22ff227d', 'hex') },
      failed('the body is not JSON', '{"seconds":S,"holders":["…"]}'),
    ],
  ])('whose state %s', (_, given, verdict) => {
    expect(judged('state', [response(given)])).toEqual(verdict);
  });

  it('may not be raised now', () => {
    expect(judged('raise', [response({ status: 409 })])).toEqual(
      skipped('the cordon may not be raised now: 409'),
    );
  });

  const LAPSED = skipped('the requests took so long that the lease may have expired');

  it.each<[what: string, given: Given, verdict: Verdict]>([
    ['fails', { status: 503 }, failed('status 503', '200 with {"seconds":S,"lease":"…"}, S from 1 to 5')],
    [
      'gives another id in time',
      { body: { seconds: 5, lease: 'l2' }, sentAt: 4000, tookMs: 1999 },
      failed('another id', 'the same, since the lease has not lapsed'),
    ],
    ['gives another id too late', { body: { seconds: 5, lease: 'l2' }, sentAt: 4000, tookMs: 2000 }, LAPSED],
  ])('whose renewal %s', (_, given, verdict) => {
    const raise = response({ body: { seconds: 5, lease: 'l1' }, sentAt: 1000, tookMs: 500 });
    expect(judged('renew', [response(given)], seenWith({ raise }))).toEqual(verdict);
  });

  it.each<[what: string, given: Given, verdict: Verdict]>([
    ['lists the holder', { body: { seconds: 1, holders: ['a', HOLDER] } }, passed('the holder is listed')],
    [
      'lists it for no time',
      { body: { seconds: 0, holders: [HOLDER] } },
      failed('the lease is not in the state', 'its holder, and a second or more'),
    ],
    [
      'fails',
      { status: 500, body: { seconds: 1, holders: [HOLDER] } },
      failed('the lease is not in the state', 'its holder, and a second or more'),
    ],
    [
      'is something else',
      { body: 'up' },
      failed('the lease is not in the state', 'its holder, and a second or more'),
    ],
    ['lists nobody any more', { body: { seconds: 0, holders: [] }, tookMs: 5000 }, LAPSED],
  ])('whose state with a lease %s', (_, given, verdict) => {
    expect(judged('holders', [response(given)])).toEqual(verdict);
  });
});

it.each<[what: string, after: Given, verdict: Verdict]>([
  ['fails', { status: 500 }, passed('the lease is gone')],
  ['is something else', { body: 'down' }, passed('the lease is gone')],
  ['has others', { body: { seconds: 5, holders: ['a'] } }, passed('the lease is gone')],
  ['has it', { body: { seconds: 5, holders: [HOLDER] } }, failed('the lease is still in the state', 'gone')],
])('a lease is gone, unless it is seen: the state after its release %s', (_, after, verdict) => {
  expect(judged('lift', [response(), response(after)])).toEqual(verdict);
});

it('each check sends what it is about, and no more', () => {
  const sent = ALL.filter(({ id }) => id !== 'bad-requests').flatMap((check) => {
    const planned = plan(check, seenWith()) as readonly CheckRequest[];
    return planned.map(({ method, to, query = '', token = '', headers = {}, waitS = 0 }) => {
      const words = [check.id, method, to, query, token, ...Object.entries(headers).flat(), String(waitS)];
      return words.filter((word) => word !== '').join(' ');
    });
  });
  expect(sent).toEqual([
    'answers GET count 0',
    'conditional GET count if-none-match * 0',
    'conditional GET count if-modified-since Sun, 17 May 2026 09:00:00 GMT 0',
    'head HEAD count 0',
    'methods POST count 0',
    'query GET count nonce=check-a 0',
    'prefer-zero GET count prefer wait=0 0',
    'prefer-wait GET count prefer wait=1 1',
    'unauthorized GET cordon none 0',
    'wrong-token GET cordon wrong 0',
    'state GET cordon right 0',
    'raise PUT cordon holder=check-a&seconds=5 right 0',
    'renew PUT cordon holder=check-a&seconds=5&lease=l1 right 0',
    'holders GET cordon right 0',
    'lift DELETE cordon holder=check-a right 0',
    'lift GET cordon right 0',
    'lift-again DELETE cordon holder=check-a right 0',
    'cordon-methods POST cordon right 0',
    'cordon-methods HEAD cordon right 0',
  ]);
});

describe('a request that no cordon takes', () => {
  const { requests = () => [] } = CHECKS['bad-requests'];
  const asked = requests(seenWith());
  const refused = { status: 400, body: { error: 'PUT takes holder and seconds' } };
  const withOne = (at: number, given: Given) =>
    asked.map((_, each) => response(each === at ? given : refused));
  const [PUT, DELETE, GET] = [0, asked.length - 2, asked.length - 1];

  it('is about the lease of the checks alone', () => {
    expect(asked.map(({ method, query }) => `${method} ?${String(query)}`)).toEqual([
      'PUT ?seconds=5',
      `PUT ?holder=${HOLDER}`,
      `PUT ?holder=${HOLDER}&seconds=0`,
      `PUT ?holder=${HOLDER}&seconds=1.5`,
      `PUT ?holder=${HOLDER}&seconds=5s`,
      `PUT ?holder=${HOLDER}&seconds=5&seconds=5`,
      `PUT ?holder=${HOLDER}&seconds=5&other=1`,
      `PUT ?holder=${HOLDER}%20H&seconds=5`,
      'PUT ?holder=*&seconds=5',
      `DELETE ?holder=${HOLDER}&other=1`,
      `GET ?holder=${HOLDER}`,
    ]);
  });

  it.each<[at: number, given: Given, verdict: Verdict]>([
    [PUT, refused, passed('status 400 for each')],
    [PUT, { status: 500 }, failed('PUT ?seconds=5: status 500', '400')],
    [PUT, { status: 409 }, failed('PUT ?seconds=5: status 409', '400')],
    [DELETE, { status: 299 }, failed('DELETE ?holder=H&other=1: status 299', '400')],
    [DELETE, { status: 300 }, passed('status 400 for each')],
    [GET, { status: 200 }, failed('GET ?holder=H: status 200', '400')],
    [GET, { status: 500 }, passed('status 400 for each')],
    ...['', 'null', '{}', '{"error":""}', '{"error":7}'].map((body): [number, Given, Verdict] => [
      GET,
      { status: 400, body },
      failed('GET ?holder=H: 400 without an error that says what it takes', '{"error":"…"}'),
    ]),
  ])('but number %i may be: %j', (at, given, verdict) => {
    expect(judged('bad-requests', withOne(at, given))).toEqual(verdict);
  });

  it('is another check’s matter where the state fails anyway', () => {
    const seen = seenWith({}, { ...ALL_PASSED, state: failed('status 200') });
    expect(judged('bad-requests', withOne(GET, { status: 200 }), seen)).toEqual(
      passed('status 400 for each'),
    );
    expect(judged('bad-requests', withOne(DELETE, { status: 200 }), seen)).toMatchObject({
      outcome: 'failed',
    });
  });
});

describe('a check that cannot be judged', () => {
  it.each<[id: CheckId, of: CheckId, verdict: Verdict, reason: string]>([
    ['body', 'answers', failed(''), 'cannot be judged, since answers failed'],
    ['prefer-wait', 'time', failed(''), 'cannot be judged, since time failed'],
    ['prefer-wait', 'prefer-zero', skipped('not offered'), 'not offered'],
    ['wrong-token', 'unauthorized', failed(''), 'cannot be judged, since unauthorized failed'],
    ['state', 'unauthorized', skipped('no cordon'), 'no cordon'],
    ['raise', 'unauthorized', skipped('no cordon'), 'no cordon'],
    ['renew', 'raise', failed(''), 'cannot be judged, since raise failed'],
    ['holders', 'state', failed(''), 'cannot be judged, since state failed'],
    ['bad-requests', 'raise', failed(''), 'cannot be judged, since raise failed'],
    ['lift-again', 'lift', failed(''), 'cannot be judged, since lift failed'],
  ])('sends nothing: %s without %s', (id, of, verdict, reason) => {
    expect(plan(CHECKS[id], seenWith({}, { ...ALL_PASSED, [of]: verdict }))).toEqual(skipped(reason));
  });

  it.each([401, 403])('sends nothing: raise with a token that is refused by %i', (status) => {
    expect(plan(CHECKS.raise, seenWith({ state: response({ status }) }))).toEqual(
      skipped('cannot be judged, since the token is refused'),
    );
  });

  it('is sent where the state is only wrong', () => {
    const seen = seenWith({}, { ...ALL_PASSED, unauthorized: failed(''), state: failed('') });
    expect(plan(CHECKS.raise, seen)).toMatchObject([{ method: 'PUT' }]);
  });

  it('fails when any of its requests gets no response', () => {
    const lost: Reply = { type: 'none', message: 'reset' };
    expect(judged('lift', [response(), lost])).toEqual(failed('reset'));
  });
});

function numbered(many: number): string[] {
  return Array.from({ length: many }, (_, at) => String(1000 + at));
}

/** JSON with so many bytes, blanks included. */
function padded(json: unknown, bytes: number): string {
  return JSON.stringify(json).padEnd(bytes);
}
