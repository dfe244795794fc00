import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makePlan } from '../plan/plan.ts';
import type { JobResult } from '../report/job-result.ts';
import { HEARTBEAT_MS } from '../report/log-lines.ts';
import { nextProgress, NO_PROGRESS, type Progress } from '../report/progress.ts';
import { allTermsOf } from '../report/terms.ts';
import { logReporter } from './log-reporter.ts';

const quiet: JobResult = { outcome: 'quiet', polls: 1, elapsedMs: 0, lastSeen: { count: 0, ids: [] } };

beforeEach(() => {
  const now = Date.parse('2026-05-17T14:00:00Z');
  vi.useFakeTimers({ now, toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
  vi.advanceTimersByTime(7000); // a process is older than its log
});
afterEach(() => {
  vi.useRealTimers();
});

/** The log of the gates of some servers, with what it has written. */
function logOf(...hosts: readonly string[]) {
  const url = hosts.map((host) => ({ name: '[url]', value: `https://${host}.example` }));
  const lines: string[] = [];
  const results: string[] = [];
  const reporter = logReporter(
    allTermsOf(makePlan(new Map([['url', url]]), {})),
    (line) => lines.push(line),
    (line) => results.push(line),
  );
  /** What is written while so much time passes, without the time of day. */
  const linesWithin = (ms: number) => {
    vi.advanceTimersByTime(ms);
    return lines.splice(0).map((line) => line.replace(/^\S+Z /, ''));
  };
  return { ...reporter, lines, results, linesWithin };
}

const waiting = (elapsedMs: number, id: string): Progress =>
  nextProgress(NO_PROGRESS, {
    type: 'waiting',
    held: false,
    poll: 1,
    elapsedMs,
    nextInMs: 20_000,
    lastSeen: { count: 1, ids: [id] },
  });

it('says when, on each line', () => {
  const { start, end, lines, results } = logOf('a');
  start();
  vi.advanceTimersByTime(5000);
  end([{ result: { ...quiet, unknown: 1 }, progress: NO_PROGRESS }]);
  expect(lines).toEqual([
    '2026-05-17T14:00:07Z asking https://a.example every 20s, for 30m at most\n',
    expect.stringMatching(/^2026-05-17T14:00:12Z 1 run with a status .*\n$/),
  ]);
  expect(results).toEqual([expect.stringMatching(/^2026-05-17T14:00:12Z quiet: green light, .*\n$/)]);
});

it('beats a minute after its last line, whatever that was, and no more at its end', () => {
  const { start, progress, end, note, linesWithin } = logOf('a');
  start();
  expect(linesWithin(HEARTBEAT_MS - 1)).toEqual(['asking https://a.example every 20s, for 30m at most\n']);
  progress(0, waiting(HEARTBEAT_MS - 1, 't13'));
  expect(linesWithin(HEARTBEAT_MS - 1)).toEqual([
    '1 in flight: t13 (waited 59s of 30m); next check in 20s\n',
  ]);
  expect(linesWithin(1)).toEqual(['1 in flight: t13 (waited 1m 59s of 30m)\n']);
  note('a note', false);
  expect(linesWithin(HEARTBEAT_MS - 1)).toEqual(['a note\n']);
  expect(linesWithin(1)).toEqual(['1 in flight: t13 (waited 2m 59s of 30m)\n']);
  end([{ result: quiet, progress: NO_PROGRESS }]);
  expect(linesWithin(HEARTBEAT_MS)).toEqual([]);
});

it('beats for each server, and says which one it is about', () => {
  const { start, progress, linesWithin } = logOf('a', 'b');
  start();
  progress(1, waiting(0, 't17'));
  expect(linesWithin(0)).toEqual([
    'asking https://a.example every 20s, for 30m at most\n',
    'asking https://b.example every 20s, for 30m at most\n',
    'https://b.example: 1 in flight: t17 (waited 0s of 30m); next check in 20s\n',
  ]);
  progress(1, waiting(0, 't17'));
  expect(linesWithin(HEARTBEAT_MS)).toEqual([
    'https://a.example: no response yet (waited 1m of 30m)\n',
    'https://b.example: 1 in flight: t17 (waited 1m of 30m)\n',
  ]);
});

it('says what is to be done after the result', () => {
  const { start, end, linesWithin } = logOf('a');
  start();
  linesWithin(0);
  const result: JobResult = {
    outcome: 'failed-open',
    reason: 'not-found',
    message: 'answered 404',
    polls: 1,
    elapsedMs: 0,
  };
  end([{ result, progress: NO_PROGRESS }]);
  expect(linesWithin(0)).toEqual([expect.stringMatching(/^Expected until /)]);
});

it('does not repeat why the cordon is not up', () => {
  const { start, end, linesWithin } = logOf('a');
  start();
  linesWithin(0);
  const cordonNews = { type: 'uncordoned', message: 'why', poll: 1, elapsedMs: 0, nextInMs: 0 } as const;
  const result: JobResult = { ...quiet, cordon: { holder: 'me', up: false, message: 'why' } };
  end([{ result, progress: { cordonNews } }]);
  expect(linesWithin(0)).toEqual(['cordon not up: new runs are NOT blocked\n']);
});

it('ends when it is stopped, and says why', () => {
  const { start, stop, linesWithin } = logOf('a');
  start();
  linesWithin(0);
  stop();
  expect(linesWithin(HEARTBEAT_MS)).toEqual([]);
  stop('stopped by SIGINT');
  expect(linesWithin(0)).toEqual(['stopped by SIGINT\n']);
});
