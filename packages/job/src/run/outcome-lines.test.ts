import type { CordonState } from '@quietgate/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makePlan } from '../plan/plan.ts';
import { internalFailure, type JobResult } from '../report/job-result.ts';
import { type CordonNews, NO_PROGRESS } from '../report/progress.ts';
import { allTermsOf } from '../report/terms.ts';
import { outcomeLines } from './outcome-lines.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-05-17T14:00:00Z'), toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Given {
  readonly hosts?: readonly string[];
  readonly command?: readonly string[];
  readonly failOn?: string;
  readonly cordonAdvice?: string;
  readonly http_proxy?: string;
}

function termsOf({ hosts = ['https://a.example'], command, failOn, cordonAdvice, ...env }: Given = {}) {
  const given = new Map([
    ['url', hosts.map((value) => ({ name: '[url]', value }))],
    ['fail-on', failOn === undefined ? [] : [{ name: '--fail-on', value: failOn }]],
  ]);
  return allTermsOf(makePlan(given, env, { command, cordonAdvice }));
}

/** What is said of gates that have ended like this, of whose cordons some of them have reported something. */
const linesOf = (
  results: readonly JobResult[],
  given?: Given,
  { isNewsSaid, cordonNews }: { isNewsSaid?: boolean; cordonNews?: CordonNews } = {},
) =>
  outcomeLines(
    results.map((result) => ({ result, progress: cordonNews === undefined ? NO_PROGRESS : { cordonNews } })),
    termsOf(given),
    isNewsSaid,
  );

const quiet: JobResult = { outcome: 'quiet', polls: 1, elapsedMs: 0, lastSeen: { count: 0, ids: [] } };
const missing: JobResult = {
  outcome: 'failed-open',
  reason: 'not-found',
  message: 'answered 404',
  polls: 1,
  elapsedMs: 60_000,
};
const up: CordonState = { holder: 'deploy-42', up: true, remainingMs: 600_000 };
const down: CordonState = { holder: 'deploy-42', up: false, message: 'answered 401' };
const HOSTS = ['https://a.example', 'https://b.example'];

describe('the end of one gate', () => {
  it('is its outcome, and what comes next', () => {
    expect(linesOf([quiet])).toEqual({
      result:
        'quiet: green light, nothing in flight at https://a.example/api/v1/deployments/in-flight-count (waited 0s, 1 check); the deploy goes ahead',
      more: [],
      advice: [],
      level: 'green',
    });
    expect(linesOf([quiet], { command: ['./deploy.sh', '--now'] }).result).toMatch(
      /; running \.\/deploy\.sh$/,
    );
  });

  it.each<[string, JobResult, Given, string, string]>([
    ['an outcome that is no green light', missing, {}, 'yellow', 'the deploy goes ahead'],
    ['one that fail-on names', missing, { failOn: 'failed-open' }, 'red', 'fail-on stops the deploy'],
    ['runs that nobody can judge', { ...quiet, unknown: 1 }, {}, 'yellow', 'the deploy goes ahead'],
    ['a cordon that is not up', { ...quiet, cordon: down }, {}, 'yellow', 'the deploy goes ahead'],
  ])('is no green light with %s', (_, result, given, level, next) => {
    const lines = linesOf([result], given);
    expect(lines.level).toBe(level);
    expect(lines.result.endsWith(`; ${next}`)).toBe(true);
  });

  it('says what to do', () => {
    expect(linesOf([missing]).advice).toEqual([expect.stringMatching(/^Expected until a server /)]);
    expect(linesOf([{ ...quiet, unknown: 2 }]).more).toEqual([
      expect.stringMatching(/^2 runs with a status /),
    ]);
  });

  it('says what a green light lacks that the cordon stops', () => {
    const failOn = 'uncordoned';
    expect(linesOf([{ ...quiet, cordon: down }], { failOn }).result).toMatch(
      /, 1 check\), but without the cordon; fail-on stops the deploy$/,
    );
    expect(linesOf([{ ...quiet, cordon: up }], { failOn }).result).toMatch(
      /, 1 check\); the deploy goes ahead$/,
    );
    expect(linesOf([{ ...missing, cordon: down }], { failOn }).result).not.toContain('without the cordon');
  });

  it('blames no proxy for a failure of quietgate itself', () => {
    const given = { hosts: ['http://api.example'], http_proxy: 'http://proxy.example' };
    expect(termsOf(given)[0].httpProxy).toBe('http_proxy');
    const lines = linesOf([internalFailure(new Error('no clock'), 'deploy-42')], given);
    expect(lines.more).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain('proxy');
    expect(linesOf([missing], given).result).toContain('(through the proxy in http_proxy)');
    const unreachable = { ...missing, reason: 'unreachable' as const };
    expect(linesOf([unreachable], given).result).toContain('(through the proxy in http_proxy)');
  });
});

describe('the cordon at the end', () => {
  const news = { poll: 1, elapsedMs: 0, nextInMs: 0 };

  it.each<[string, JobResult, Given, string[]]>([
    [
      'lasts until its lease expires',
      { ...quiet, cordon: up },
      {},
      ['cordon up: new runs are blocked until 2026-05-17T14:10:00Z (10m), held by deploy-42'],
    ],
    [
      'lasts for as long as a command',
      { ...quiet, cordon: up },
      { command: ['./deploy.sh'] },
      ['cordon up: new runs are blocked while ./deploy.sh runs, held by deploy-42'],
    ],
    [
      'may be up at a server that gives no count',
      { ...missing, cordon: up },
      { command: ['./deploy.sh'] },
      ['cordon raised, held by deploy-42, but the server gives no count: new runs may start'],
    ],
    ['is released where the deploy stops', { ...missing, cordon: up }, { failOn: 'failed-open' }, []],
    ['is not up', { ...quiet, cordon: down }, {}, ['cordon not up: new runs are NOT blocked: answered 401']],
    [
      'is not up where the deploy stops',
      { ...quiet, cordon: down },
      { failOn: 'uncordoned' },
      ['cordon not up: new runs are NOT blocked: answered 401'],
    ],
  ])('%s', (_, result, given, more) => {
    expect(linesOf([result], given).more).toEqual(more);
  });

  it('is not up for a reason that is said once', () => {
    const cordonNews: CordonNews = { type: 'uncordoned', message: 'answered 401', ...news };
    const result = { ...quiet, cordon: down };
    const reason = 'cordon not up: new runs are NOT blocked: answered 401';
    expect(linesOf([result], {}, { isNewsSaid: true, cordonNews }).more).toEqual([
      'cordon not up: new runs are NOT blocked',
    ]);
    expect(linesOf([result], {}, { isNewsSaid: false, cordonNews }).more).toEqual([reason]);
    expect(linesOf([result], {}, { cordonNews }).more).toEqual([reason]);
    expect(linesOf([result], {}, { isNewsSaid: true }).more).toEqual([reason]);
    const isUpAgain: CordonNews = { type: 'cordoned', ...news };
    expect(linesOf([result], {}, { isNewsSaid: true, cordonNews: isUpAgain }).more).toEqual([reason]);
  });

  it('that is not up has advice of its own', () => {
    const given = { cordonAdvice: 'Grant the permission id-token: write.' };
    expect(linesOf([{ ...quiet, cordon: down }], given).advice).toEqual([given.cordonAdvice]);
    expect(linesOf([{ ...missing, cordon: down }], given).advice).toEqual([
      expect.stringMatching(/^Expected until /),
      given.cordonAdvice,
    ]);
    expect(linesOf([internalFailure(new Error('no clock'), 'deploy-42')], given).advice).toEqual([
      given.cordonAdvice,
    ]);
    expect(linesOf([{ ...quiet, cordon: up }], given).advice).toEqual([]);
    expect(linesOf([quiet], given).advice).toEqual([]);
    expect(linesOf([{ ...quiet, cordon: down }]).advice).toEqual([]);
  });
});

describe('the end of several gates', () => {
  it('is their joint outcome, and each with its name', () => {
    const { result, more, advice, level } = linesOf([{ ...quiet, cordon: up }, missing], { hosts: HOSTS });
    expect(result).toBe('failed-open: 1 of 2 servers (waited 1m); the deploy goes ahead');
    expect(more).toEqual([
      expect.stringMatching(/^https:\/\/a\.example: quiet: green light, .*, 1 check\)$/),
      expect.stringMatching(/^https:\/\/a\.example: cordon up: new runs are blocked until /),
      expect.stringMatching(/^https:\/\/b\.example: failed-open \(not-found\): answered 404 /),
    ]);
    expect(advice).toEqual([expect.stringMatching(/^https:\/\/b\.example: Expected until /)]);
    expect(level).toBe('yellow');
  });

  it('stops the deploy where fail-on names the outcome of one', () => {
    const { result, level } = linesOf([quiet, missing], { hosts: HOSTS, failOn: 'failed-open' });
    expect(result).toMatch(/; fail-on stops the deploy$/);
    expect(level).toBe('red');
  });

  it('names the URL of each', () => {
    expect(linesOf([missing, quiet], { hosts: HOSTS }).more[1]).toMatch(
      /^https:\/\/b\.example: quiet: green light, nothing in flight at https:\/\/b\.example\//,
    );
  });

  it('is green where all are', () => {
    expect(linesOf([quiet, quiet], { hosts: HOSTS })).toMatchObject({
      result: 'quiet: 2 of 2 servers (waited 0s); the deploy goes ahead',
      level: 'green',
    });
  });
});
