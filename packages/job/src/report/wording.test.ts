import type { QuietResult } from '@quietgate/core';
import { describe, expect, it } from 'vitest';
import { type GatePlan, makePlan, NO_SETTINGS } from '../plan/plan.ts';
import { NO_PROGRESS, type PollEvent, type Progress } from './progress.ts';
import { advise } from './advise.ts';
import { describeProgress } from './describe-progress.ts';
import { describeJointResult, describeResult, describeUnknown, isGreen } from './describe-result.ts';
import { internalFailure } from './job-result.ts';
import { termsOf } from './terms.ts';

const plan = makePlan(NO_SETTINGS, {});
const [server] = plan.servers;
const termsWith = (gate: Partial<GatePlan>) =>
  termsOf(plan, { ...server, gate: { ...server.gate, ...gate } });
const terms = termsWith({ quietForMs: 300_000 });
const lastSeen = { count: 2, ids: ['t17', 't13'] };
const when = { poll: 3, elapsedMs: 60_000, nextInMs: 1000 };
const message = 'https://a.example/api/v1/deployments/in-flight-count answered 503';

const waiting: PollEvent = { type: 'waiting', held: false, ...when, lastSeen };
const settling: PollEvent = { type: 'settling', ...when, lastSeen: { count: 0, ids: [] } };
const failure = { ...when, reason: 'http-status', status: 503, message } as const;
const retrying: PollEvent = { type: 'retrying', about: 'count', failedTries: 1, ...failure };
const unavailable = { type: 'unavailable', ...failure } as const;

const after = (event: PollEvent, rest: Partial<Progress> = {}): Progress => ({ ...rest, event });

describe('progress', () => {
  it.each<[Progress, string]>([
    [NO_PROGRESS, 'no response yet'],
    [after(waiting), '2 in flight: t13, t17'],
    [after(settling), 'nothing in flight, but not for 5m yet'],
    [after(retrying), `attempt 1 of 6 failed: ${message}`],
    [after({ ...retrying, failedTries: 2 }), `attempt 2 of 6 failed: ${message}`],
    [after(unavailable), `no count: ${message}`],
  ])('%j', (progress, text) => {
    expect(describeProgress(progress, terms)).toBe(text);
  });
});

describe('a green light', () => {
  const green: QuietResult = { outcome: 'quiet', polls: 1, elapsedMs: 85, lastSeen: { count: 0, ids: [] } };
  const endpoint = 'https://console.openova.io/api/v1/deployments/in-flight-count';

  it('names the URL that gave it', () => {
    const line = (at: string) => `quiet: green light, nothing in flight at ${at} (waited 85ms, 1 check)`;
    expect(describeResult(green, NO_PROGRESS, terms)).toBe(line(endpoint));
    const elsewhere = termsWith({ url: 'https://a.example/x/?token=s3cret#s3cret', path: '/y' });
    expect(describeResult(green, NO_PROGRESS, elsewhere)).toBe(line('https://a.example/x/y'));
  });

  it('names where redirects ended', () => {
    const redirected = { ...green, polls: 2, redirectedTo: 'https://b.example/\u001b' };
    expect(describeResult(redirected, NO_PROGRESS, terms)).toBe(
      `quiet: green light, nothing in flight at ${endpoint} ` +
        String.raw`(redirected to https://b.example/\u{1b}) (waited 85ms, 2 checks)`,
    );
  });

  it.each([
    [1, "1 run with a status that the server does not know is not counted: look at the server's log"],
    [3, "3 runs with a status that the server does not know are not counted: look at the server's log"],
  ])('over %i runs that nobody can judge says so, and is none', (unknown, line) => {
    expect(describeUnknown({ ...green, unknown })).toBe(line);
    expect([isGreen(green), isGreen({ ...green, unknown })]).toEqual([true, false]);
  });

  it('needs no advice', () => {
    expect(describeUnknown(green)).toBeUndefined();
    expect(advise(green, NO_PROGRESS, terms)).toBeUndefined();
  });
});

describe('the maximum wait', () => {
  const capped: QuietResult = { outcome: 'timed-out', polls: 90, elapsedMs: 1_800_000, lastSeen };
  const uncounted: QuietResult = { outcome: 'timed-out', polls: 90, elapsedMs: 1_800_000 };
  const STUCK = /^A run may be stuck: look at what was in flight\./;
  const STATUS = /^Look for that status in the server's log/;

  it.each<[string, QuietResult, Progress, string, RegExp]>([
    [
      'while runs are in flight',
      capped,
      after(waiting, { countedAtMs: 1_780_000 }),
      ', last seen 2 in flight: t13, t17',
      STUCK,
    ],
    [
      'while the count settles',
      { ...capped, lastSeen: { count: 0, ids: [] } },
      after(settling, { countedAtMs: 1_780_000 }),
      ', nothing in flight, but not for 5m yet',
      /^Nothing was in flight at last, but not for as long as quiet-for:/,
    ],
    [
      'after the last count, when no other came',
      capped,
      after(unavailable, { countedAtMs: 60_000 }),
      `, no count for 29m (${message}), last seen 2 in flight: t13, t17`,
      STATUS,
    ],
    [
      'in the middle of a retry',
      capped,
      after(retrying, { countedAtMs: 1_790_000 }),
      `, no count for 10s (${message}), last seen 2 in flight: t13, t17`,
      STATUS,
    ],
    [
      'after a zero, when no other count came',
      { ...capped, lastSeen: { count: 0, ids: [] } },
      after(unavailable, { countedAtMs: 60_000 }),
      `, no count for 29m (${message}), last seen nothing in flight`,
      STATUS,
    ],
    [
      'when the one zero came too late',
      { ...capped, lastSeen: { count: 0, ids: [] } },
      NO_PROGRESS,
      ', last seen nothing in flight',
      /^Nothing was in flight at last, but not for as long as quiet-for:/,
    ],
    [
      'when runs have started after the one zero that was seen',
      capped,
      NO_PROGRESS,
      ', last seen 2 in flight: t13, t17',
      STUCK,
    ],
    [
      'when they have after a zero that settled',
      capped,
      after(settling, { countedAtMs: 1_780_000 }),
      ', last seen 2 in flight: t13, t17',
      STUCK,
    ],
    [
      'when they have after a zero that took two attempts',
      capped,
      after(retrying),
      ', last seen 2 in flight: t13, t17',
      STUCK,
    ],
    [
      'without a count, when the endpoint failed',
      uncounted,
      after(unavailable),
      ` without one count (${message})`,
      STATUS,
    ],
    [
      'in the first request',
      uncounted,
      NO_PROGRESS,
      ' without one count',
      /^Find out why the server is slow, or raise max-wait\.$/,
    ],
  ])('%s says why, and what to do', (_, result, progress, seen, advice) => {
    expect(describeResult(result, progress, terms)).toBe(
      `timed-out: maximum wait of 30m reached${seen} (waited 30m, 90 checks)`,
    );
    expect(advise(result, progress, terms)).toMatch(advice);
  });
});

describe('a gate that failed open', () => {
  const result: QuietResult = {
    outcome: 'failed-open',
    reason: 'unreachable',
    message,
    polls: 3,
    elapsedMs: 63_000,
  };

  it('says how often it tried', () => {
    const tried = (progress: Progress) => describeResult(result, progress, terms);
    expect(tried(after({ ...retrying, failedTries: 2 }))).toBe(
      `failed-open (unreachable): ${message} (waited 1m 3s, 3 attempts)`,
    );
    const once = `failed-open (unreachable): ${message} (waited 1m 3s, 1 attempt)`;
    expect(tried(NO_PROGRESS)).toBe(once);
    expect(tried(after({ ...retrying, poll: 2 }))).toBe(once);
    expect(tried(after(waiting))).toBe(once);
  });

  it('is told how to wait for runs that were in flight when last seen', () => {
    const busy = { ...result, lastSeen };
    expect(advise(busy, NO_PROGRESS, terms)).toMatch(
      /^Check the URL, .* with --on-unavailable wait-when-busy the gate waits while they are\.$/,
    );
    expect(advise({ ...result, lastSeen: { count: 0, ids: [] } }, NO_PROGRESS, terms)).not.toMatch(
      /wait-when-busy/,
    );
  });

  it('is told of the proxy that may be wrong', () => {
    const behindProxy = { ...terms, proxyVariable: 'https_proxy' };
    expect(advise(result, NO_PROGRESS, behindProxy)).toBe('Check the URL, and the proxy in https_proxy.');
    expect(advise(result, NO_PROGRESS, terms)).toMatch(
      /^Check the URL, and whether this machine needs HTTPS_PROXY/,
    );
    expect(advise({ ...result, reason: 'not-found' }, NO_PROGRESS, behindProxy)).toMatch(/^Expected until/);
  });

  it('is told what the failure itself wants, before what helps against most', () => {
    expect(advise(result, { ...NO_PROGRESS, remedy: 'Renew it.' }, terms)).toBe('Renew it.');
    const other = { ...result, reason: 'http-status', status: 500 } as const;
    expect(advise(other, { ...NO_PROGRESS, remedy: 'Renew it.' }, terms)).not.toBe('Renew it.');
  });

  it.each([
    [403, 'http-status'],
    [404, 'not-found'],
  ] as const)('is told of the proxy that may have answered %i to an http URL', (status, reason) => {
    const refused = { ...result, reason, status } as const;
    const behindProxy = { ...terms, proxyVariable: 'http_proxy', httpProxy: 'http_proxy' };
    expect(advise(refused, NO_PROGRESS, behindProxy)).toMatch(
      /^The proxy in http_proxy may have answered that/,
    );
    expect(describeResult(refused, NO_PROGRESS, behindProxy)).toBe(
      `failed-open (${reason}): ${message} (through the proxy in http_proxy) (waited 1m 3s, 1 attempt)`,
    );
    const throughTunnel = { ...behindProxy, httpProxy: undefined };
    expect(advise(refused, NO_PROGRESS, throughTunnel)).not.toMatch(/proxy in/);
    expect(describeResult(refused, NO_PROGRESS, throughTunnel)).not.toMatch(/proxy in/);
  });

  it('is told that a 407 is a proxy’s, wherever it is', () => {
    const refused = { ...result, reason: 'http-status', status: 407 } as const;
    expect(advise(refused, NO_PROGRESS, terms)).toMatch(/^A proxy on the way wants a user name/);
    expect(advise(refused, NO_PROGRESS, { ...terms, proxyVariable: 'http_proxy' })).toBe(
      'Put the user name and the password that the proxy wants into http_proxy.',
    );
  });

  it('is told so when the time is over as well, and of no proxy where the server itself fails', () => {
    const capped: QuietResult = { outcome: 'timed-out', polls: 1, elapsedMs: 1_800_000 };
    const behindProxy = { ...terms, proxyVariable: 'http_proxy', httpProxy: 'http_proxy' };
    const failing = (status: number): Progress => ({
      event: {
        type: 'unavailable',
        reason: 'http-status',
        status,
        message,
        poll: 1,
        elapsedMs: 1,
        nextInMs: 1,
      },
    });
    expect(advise(capped, failing(407), behindProxy)).toBe(
      'Put the user name and the password that the proxy wants into http_proxy.',
    );
    expect(advise(capped, failing(500), behindProxy)).toMatch(/^Look for that status in the server's log/);
  });

  it('points to what is on the way when a time-out comes before a connection', () => {
    const slow = { ...result, reason: 'request-timeout' } as const;
    const capped: QuietResult = { outcome: 'timed-out', polls: 1, elapsedMs: 1_800_000 };
    const unreached = { ...NO_PROGRESS, hasReachedServer: false };
    const reached = { ...NO_PROGRESS, hasReachedServer: true };
    const behindProxy = { ...terms, proxyVariable: 'https_proxy' };
    for (const each of [slow, capped]) {
      expect(advise(each, unreached, terms)).toMatch(
        /^No connection was made: .*firewall.*name server.*HTTPS_PROXY/,
      );
      expect(advise(each, unreached, behindProxy)).toMatch(
        /^No connection was made: .*the proxy in https_proxy\.$/,
      );
      expect(advise(each, reached, terms)).toMatch(/^Find out why the server is slow/);
    }
  });

  it('is not told that a 404 is expected where there was a count before', () => {
    const gone = { ...result, reason: 'not-found', lastSeen } as const;
    expect(advise(gone, NO_PROGRESS, terms)).toMatch(/^The endpoint was there before:/);
  });

  it('is told nothing to do about a failure of its own', () => {
    expect(advise(internalFailure(new Error('a defect')), NO_PROGRESS, terms)).toBeUndefined();
  });

  it('is told no more than 500 characters of a message', () => {
    const line = describeResult({ ...result, message: 'x'.repeat(501) }, NO_PROGRESS, terms);
    expect(line).toBe(`failed-open (unreachable): ${'x'.repeat(499)}… (waited 1m 3s, 1 attempt)`);
  });
});

it.each<[outcomes: QuietResult['outcome'][], line: string]>([
  [['quiet', 'quiet'], 'quiet: 2 of 2 servers (waited 1m 1s)'],
  [['failed-open', 'quiet'], 'failed-open: 1 of 2 servers (waited 1m 1s)'],
  [['failed-open', 'timed-out', 'quiet'], 'timed-out: 1 of 3 servers (waited 1m 2s)'],
])(
  'the outcome of several servers is the first of timed-out, failed-open and quiet: %j',
  (outcomes, line) => {
    const results = outcomes.map((outcome, server): QuietResult => {
      const result = { polls: 1, elapsedMs: 60_000 + server * 1000 };
      return outcome === 'failed-open'
        ? { outcome, reason: 'unreachable', message, ...result }
        : { outcome, ...result };
    });
    expect(describeJointResult(results)).toBe(line);
  },
);
