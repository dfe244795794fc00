import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makePlan, NO_SETTINGS } from '../plan/plan.ts';
import { HEARTBEAT_MS } from '../report/log-lines.ts';
import { nextProgress, NO_PROGRESS } from '../report/progress.ts';
import { termsOf } from '../report/terms.ts';
import { logReporter } from './log-reporter.ts';

const plan = makePlan(NO_SETTINGS, {});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('beats a minute after its last line, whatever that was, and no more at its end', () => {
  const lines: string[] = [];
  const { start, progress, stop } = logReporter(
    [termsOf(plan, plan.servers[0])],
    (line) => lines.push(line),
    () => undefined,
  );
  const linesAfter = (ms: number) => {
    vi.advanceTimersByTime(ms);
    return lines.length;
  };
  start();
  expect(linesAfter(HEARTBEAT_MS - 1)).toBe(1);
  const lastSeen = { count: 1, ids: ['a'] };
  progress(
    0,
    nextProgress(NO_PROGRESS, {
      type: 'waiting',
      held: false,
      poll: 1,
      elapsedMs: HEARTBEAT_MS - 1,
      nextInMs: 20_000,
      lastSeen,
    }),
  );
  expect(linesAfter(HEARTBEAT_MS - 1)).toBe(2);
  expect(linesAfter(1)).toBe(3);
  expect(lines[2]).toMatch(/Z 1 in flight: a \(waited 1m 59s of 30m\)\n$/);
  expect(linesAfter(HEARTBEAT_MS)).toBe(4);
  stop();
  expect(linesAfter(HEARTBEAT_MS)).toBe(4);
});
