import { describe, expect, it } from 'vitest';
import { makePlan, NO_SETTINGS } from '../plan/plan.ts';
import { type CordonNews, nextProgress, NO_PROGRESS, type Progress } from './progress.ts';
import {
  describeBlocked,
  describeRestart,
  describeRoll,
  describeRollEnd,
  describeRollNews,
} from './roll-lines.ts';
import { termsOf, withCordon } from './terms.ts';

const plan = makePlan(NO_SETTINGS, {});
const [server] = plan.servers;
const cordon = { token: 's3cret-token-of-the-cordon', holder: 'deploy-42', leaseMs: 600_000 };
const terms = withCordon(termsOf(plan, { ...server, gate: { ...server.gate, cordon } }));

const at = (elapsedMs: number) => ({ poll: 1, elapsedMs, nextInMs: 0 });
const up = (elapsedMs: number): CordonNews => ({ type: 'cordoned', ...at(elapsedMs) });
const down = (elapsedMs: number): CordonNews => ({ type: 'uncordoned', ...at(elapsedMs), message: 'gone' });
const lifted = (elapsedMs: number): CordonNews => ({ type: 'lifted', ...at(elapsedMs) });
const left = (elapsedMs: number): CordonNews => ({ type: 'left', ...at(elapsedMs), message: 'gone' });
const after = (...news: CordonNews[]): Progress => news.reduce(nextProgress, NO_PROGRESS);

describe('the news of a cordon once its gate has ended', () => {
  it.each<[before: Progress, news: CordonNews, line: string]>([
    [after(), up(5), 'cordon up: new runs are blocked by a lease of 10m at most, held by deploy-42'],
    [after(up(1), down(5)), up(9), 'cordon up again, held by deploy-42; runs may have started in between'],
    [after(up(1)), down(5), 'cordon not renewed: new runs may start: gone'],
    [
      after(up(1)),
      { type: 'retrying', about: 'cordon', failedTries: 1, ...at(5), reason: 'unreachable', message: 'gone' },
      'cordon not renewed yet: gone',
    ],
    [after(), lifted(5), 'lease of deploy-42 released'],
    [after(up(1)), lifted(5), 'lease of deploy-42 released'],
    [after(up(1), down(5)), lifted(9), 'lease of deploy-42 is gone'],
    [after(up(1), down(5), up(7)), lifted(9), 'lease of deploy-42 released'],
    [after(up(1)), left(9), 'lease of deploy-42 not released, and may last until expiry: gone'],
  ])('after %j: %j', (before, news, line) => {
    expect(describeRollNews(news, before, terms)).toBe(line);
  });

  it('is a restart where the lease is another one at once', () => {
    expect(describeRestart(terms)).toBe(
      'the server has restarted: cordon up again, held by deploy-42; runs may have started in between',
    );
  });
});

it.each<[seen: Progress[], line: string]>([
  [[{}], './deploy.sh is running'],
  [[after(up(1000))], 'cordon up for 2m 10s; ./deploy.sh is running'],
  [
    [after(up(5000)), { ...after(up(1000)), renewedAtMs: 121_000 }],
    'cordon up for 2m 10s, renewed 10s ago; ./deploy.sh is running',
  ],
  [[after(up(1000)), after(down(5))], 'cordon up on 1 of 2 servers for 2m 10s; ./deploy.sh is running'],
  [[{ ...after(up(0)), renewedAtMs: 0 }], 'cordon up for 2m 11s, renewed 2m 11s ago; ./deploy.sh is running'],
  [[after(down(5)), {}], 'cordon not up; ./deploy.sh is running'],
  [[after(up(1000), down(9000))], 'cordon not up; ./deploy.sh is running'],
])('while the command runs: %j', (seen, line) => {
  expect(describeRoll(seen, 131_000, './deploy.sh')).toBe(line);
});

describe('for how long new runs were blocked', () => {
  it.each<[seen: Progress[], blocked: string | undefined]>([
    [[after()], undefined],
    [[after(down(5))], undefined],
    [[after(up(1000))], '3m'],
    [[after(up(1000), lifted(61_000))], '1m'],
    [[after(down(500), up(1000), lifted(61_000))], '1m'],
    [[after(up(1000), down(21_000))], 'up to 20s'],
    [[after(up(1000), down(21_000), up(31_000), lifted(61_000))], 'up to 50s'],
    [[after(up(1000), down(21_000), down(31_000), up(61_000), lifted(61_000))], 'up to 20s'],
    [[after(up(1000), lifted(61_000)), after(up(1000), lifted(31_000))], '1m'],
    [[after(up(1000), lifted(61_000)), {}], '1m'],
    [[after(up(1000), lifted(61_000)), after(up(1000), down(21_000))], 'up to 1m'],
    [[after(up(1000), lifted(61_000)), after(up(1000), left(31_000))], undefined],
  ])('%j', (seen, blocked) => {
    expect(describeBlocked(seen, 181_000)).toBe(blocked);
  });
});

describe('at the end', () => {
  const end = {
    command: './deploy.sh',
    waitedMs: 120_000,
    isQuiet: true,
    ranMs: 61_000,
    elapsedMs: 181_000,
    status: 0,
    kept: undefined,
  };
  const ran = './deploy.sh exited with 0: waited 2m for quiet, ran for 1m 1s';

  it.each<[seen: Progress[], rest: string]>([
    [[{}], ''],
    [[after(up(1000))], ', blocked new runs for 3m'],
    [[after(up(1000), lifted(181_000))], ', blocked new runs for 3m'],
  ])('a line sums the deploy up: %j', (seen, rest) => {
    expect(describeRollEnd({ ...end, seen })).toBe(ran + rest);
  });

  it('says what was waited for only where that came', () => {
    expect(describeRollEnd({ ...end, isQuiet: false, seen: [{}] })).toBe(
      './deploy.sh exited with 0: waited 2m, ran for 1m 1s',
    );
  });

  it('says until when a lease that is kept blocks new runs, unless it was lost', () => {
    const kept = { ...end, kept: { holder: 'deploy-42', until: '12:00:00Z' } };
    const lost = after(up(1000), down(2000));
    for (const seen of [[after(up(1000))], [after(up(1000)), lost]]) {
      expect(describeRollEnd({ ...kept, seen })).toBe(
        `${ran}; the lease of deploy-42 is kept: new runs are blocked until 12:00:00Z at the latest`,
      );
    }
    expect(describeRollEnd({ ...kept, seen: [lost] })).toBe(`${ran}, blocked new runs for up to 1s`);
  });
});
