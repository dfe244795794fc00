import type { GateEvent, QuietResult } from '@quietgate/core';
import { describe, expect, it } from 'vitest';
import { type GatePlan, makePlan, NO_SETTINGS, scriptCommand } from '../plan/plan.ts';
import { advise } from './advise.ts';
import { checksJson, describeCheck } from './describe-check.ts';
import { describeUp } from './describe-cordon.ts';
import { describeProgress } from './describe-progress.ts';
import { describeResult, isGreen } from './describe-result.ts';
import { internalFailure } from './job-result.ts';
import { jointOutcome } from './joint-outcome.ts';
import { beginLog, progressLine } from './log-lines.ts';
import { nextProgress, NO_PROGRESS, type PollEvent } from './progress.ts';
import { jointResultJson } from './result-json.ts';
import { allTermsOf, termsOf } from './terms.ts';

const plan = makePlan(NO_SETTINGS, {});
const [server] = plan.servers;
const cordon = { token: 'x'.repeat(16), holder: 'deploy-42', leaseMs: 600_000 };
const termsWith = (gate: Partial<GatePlan>) =>
  termsOf(plan, { ...server, gate: { ...server.gate, ...gate } });
const terms = termsWith({ cordon });
const when = { poll: 3, elapsedMs: 60_000, nextInMs: 1000 };
const green: QuietResult = { outcome: 'quiet', polls: 1, elapsedMs: 85 };
const failed: QuietResult = {
  outcome: 'failed-open',
  reason: 'invalid-response',
  message: 'it answered 200, but not with a count',
  status: 200,
  polls: 2,
  elapsedMs: 85,
};

describe('a light is green', () => {
  it.each<[boolean, QuietResult]>([
    [true, green],
    [true, { ...green, cordon: { holder: 'a', up: true, remainingMs: 1 } }],
    [false, { ...green, cordon: { holder: 'a', up: false, message: 'no' } }],
    [false, { ...green, outcome: 'timed-out' }],
    [false, failed],
    [false, { ...green, unknown: 1 }],
  ])('%j: %j', (expected, result) => {
    expect(isGreen(result)).toBe(expected);
  });
});

describe('the log of a cordon', () => {
  /** The lines of these events, whose progress is reported twice. */
  const logOf = (...events: GateEvent[]) => {
    let state = beginLog(terms);
    let progress = NO_PROGRESS;
    return events.flatMap((event) => {
      progress = nextProgress(progress, event);
      return [1, 2].flatMap(() => {
        const next = progressLine(state, progress, terms);
        state = next.state;
        return next.line ?? [];
      });
    });
  };

  it('has a line for each change, once, and says what comes next where something does', () => {
    const retrying = { type: 'retrying', about: 'cordon', failedTries: 1, reason: 'unreachable' } as const;
    expect(
      logOf(
        { ...retrying, message: 'reset', ...when },
        { type: 'cordoned', ...when },
        { type: 'waiting', held: false, ...when, lastSeen: { count: 1, ids: ['a'] } },
        { type: 'uncordoned', message: 'answered 503', ...when },
        { type: 'lifted', ...when },
        { type: 'left', message: 'answered 503', ...when },
      ),
    ).toEqual([
      'cordon not up yet: reset (waited 1m of 30m); retrying in 1s',
      'cordon up: new runs are blocked by a lease of 10m at most, held by deploy-42 (waited 1m of 30m)',
      '1 in flight: a (waited 1m of 30m); next check in 1s',
      'cordon not up: new runs are NOT blocked: answered 503 (waited 1m of 30m)',
      'lease of deploy-42 released (waited 1m of 30m)',
      'lease of deploy-42 not released, and may last until expiry: answered 503 (waited 1m of 30m)',
    ]);
  });

  it('names all who hold it', () => {
    expect(describeUp(60_000, ['a', 'b'], () => '12:00')).toBe(
      'cordon up: new runs are blocked until 12:00 (1m), held by a, b',
    );
  });
});

describe('a gate that waits for the others', () => {
  it('says how it ended, and when', () => {
    const event: PollEvent = { type: 'settling', ...when };
    const progress = { event, held: { outcome: 'quiet', elapsedMs: 61_000 } } as const;
    expect(describeProgress(progress, terms)).toBe('quiet, waiting for the other servers');
    expect(progressLine(beginLog(terms), progress, terms).line).toBe(
      'quiet, waiting for the other servers (waited 1m 1s of 30m)',
    );
  });

  it('checks again after a zero that has not lasted', () => {
    const settling: PollEvent = { type: 'settling', ...when };
    const line = (nextInMs: number) =>
      progressLine(beginLog(terms), { event: { ...settling, nextInMs } }, terms).line;
    expect(line(1000)).toMatch(/; next check in 1s$/);
    expect(line(0)).toMatch(/; checking again$/);
  });
});

describe('a failure of quietgate itself', () => {
  it('lets the deploy go, says so, and knows that the cordon may not be up', () => {
    const error = new Error('no clock');
    const message = 'quietgate itself failed, please report it: no clock';
    const result = {
      outcome: 'failed-open',
      reason: 'internal',
      message,
      cause: error,
      polls: 0,
      elapsedMs: 0,
    };
    expect(internalFailure(error)).toStrictEqual(result);
    expect(internalFailure(error, 'a')).toStrictEqual({
      ...result,
      cordon: { holder: 'a', up: false, message },
    });
    expect(internalFailure('no clock').message).toBe(message);
  });
});

describe('a failed request', () => {
  it('says what was seen before it', () => {
    const before = { ...failed, lastSeen: { count: 1, ids: ['a'] } };
    expect(describeResult(before, NO_PROGRESS, terms)).toMatch(/; last seen 1 in flight: a \(waited/);
  });

  it.each<[proxyVariable: string | undefined, endpoint: string, status: number | undefined]>([
    [undefined, 'http://a.example/count', 403],
    ['http_proxy', 'https://a.example/count', 403],
    ['http_proxy', 'http://a.example/count', undefined],
    ['http_proxy', 'http://a.example/count', 500],
  ])('has no advice on the proxy in %s, for %s and status %s', (proxyVariable, endpoint, status) => {
    const result = { ...failed, reason: 'http-status', ...(status === undefined ? {} : { status }) } as const;
    expect(advise(result, NO_PROGRESS, { ...terms, proxyVariable, endpoint })).not.toMatch(
      /may have answered/,
    );
  });

  it('is looked up in what else answers, where that is no count', () => {
    expect(advise(failed, NO_PROGRESS, terms)).toMatch(/^Something else answers there/);
    expect(advise(failed, { hasReachedServer: false }, terms)).toMatch(/^Something else answers there/);
  });
});

describe('several servers', () => {
  it('are quiet when all are', () => {
    expect(jointOutcome([green, green])).toBe('quiet');
    expect(jointOutcome([green, failed])).toBe('failed-open');
    expect(jointOutcome([])).toBe('quiet');
  });

  it('are written with their URLs', () => {
    const results = ['https://a.example', 'https://b.example'].map((url) => ({ url, result: green }));
    expect(JSON.parse(jointResultJson(results))).toEqual({
      outcome: 'quiet',
      gates: results.map(({ url }) => ({ url, ...green })),
    });
  });

  it('are named, where there is more than one', () => {
    const other = { ...server, gate: { ...server.gate, url: 'https://b.example//' } };
    const both = allTermsOf({ ...plan, servers: [server, other] });
    expect(both.map(({ name, endpoint }) => [name, endpoint])).toEqual([
      ['https://console.openova.io', `https://console.openova.io${server.gate.path}`],
      ['https://b.example//', `https://b.example${server.gate.path}`],
    ]);
    expect(allTermsOf(plan).map(({ name }) => name)).toEqual([undefined]);
  });
});

describe('the terms of a plan', () => {
  it('name every option that changes the outcome', () => {
    expect(termsWith({ path: '/busy', longPoll: false, cordon }).options).toEqual([
      'the default URL, since none was given',
      'path /busy',
      'no-long-poll',
      'cordon for deploy-42',
    ]);
  });

  it('say what follows', () => {
    expect([terms.command, terms.next]).toEqual([undefined, 'the deploy goes ahead']);
    const running = termsOf({ ...plan, command: scriptCommand('deploy') }, server);
    expect([running.command, running.next]).toEqual(['the script', 'running the script']);
  });

  it('say why the default URL is asked, where it is', () => {
    expect(terms.defaultUrl).toBe('the default URL, since none was given');
    expect(termsOf({ ...plan, defaultUrl: undefined }, server).defaultUrl).toBeUndefined();
  });
});

it('writes a check for people on a line, and all of them as JSON', () => {
  const check = { id: 'body', outcome: 'failed', message: 'got\n::error::' } as const;
  expect(describeCheck(check, {})).toBe(String.raw`FAILED body: got\u{a}::error::`);
  expect(describeCheck(check, { httpProxy: 'http_proxy' })).toMatch(/ \(through the proxy in http_proxy\)$/);
  expect(describeCheck({ ...check, outcome: 'passed' }, { httpProxy: 'http_proxy' })).toMatch(
    /^ok body: (?!.*http_proxy)/,
  );
  expect(describeCheck({ ...check, outcome: 'skipped' }, {})).toMatch(/^skipped body: /);
  expect(
    JSON.parse(checksJson('https://a.example/?token=s3cret', [{ ...check, more: 1 } as typeof check])),
  ).toEqual({
    url: 'https://a.example',
    checks: [check],
  });
});
