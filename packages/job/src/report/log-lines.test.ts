import type { GateEvent } from '@quietgate/core';
import { expect, it } from 'vitest';
import { type GatePlan, makePlan, NO_SETTINGS, type Plan, type ServerPlan } from '../plan/plan.ts';
import { beginLog, HEARTBEAT_MS, heartbeatLine, progressLine, startLine } from './log-lines.ts';
import { nextProgress, NO_PROGRESS } from './progress.ts';
import { termsOf } from './terms.ts';

const plan = makePlan(NO_SETTINGS, {});
const [server] = plan.servers;
const terms = termsOf(plan, server);
const begun = beginLog(terms);

const waiting = (elapsedMs: number, ...ids: string[]): GateEvent => ({
  type: 'waiting',
  held: false,
  poll: elapsedMs / 20_000,
  elapsedMs,
  nextInMs: 20_000,
  lastSeen: { count: ids.length, ids },
});
const failed = (
  elapsedMs: number,
  type: 'retrying' | 'unavailable',
  message = 'answered 503',
): GateEvent => ({
  ...(type === 'retrying' ? { type, about: 'count', failedTries: 1 } : { type }),
  poll: Math.floor(elapsedMs / 20_000),
  elapsedMs,
  nextInMs: 1000,
  reason: 'http-status',
  message,
});

/** What a log of these events says. */
function logOf(events: readonly GateEvent[]): string[] {
  let state = begun;
  let progress = NO_PROGRESS;
  return events.flatMap((event) => {
    progress = nextProgress(progress, event, 20_000);
    const next = progressLine(state, progress, terms);
    state = next.state;
    return next.line ?? [];
  });
}

it.each<[{ gate?: Partial<GatePlan>; failOn?: Plan['failOn']; proxy?: ServerPlan['proxy'] }, string]>([
  [{}, ''],
  [{ gate: { retries: 0, requestTimeoutMs: 1 } }, ''],
  [{ gate: { quietForMs: 90_000 } }, ' (quiet-for 1m 30s)'],
  [
    {
      gate: { onUnavailable: 'wait' },
      failOn: ['timed-out', 'failed-open'],
      proxy: { name: 'https_proxy', url: new URL('http://u:s3cret@proxy.example:3128') },
    },
    ' (on-unavailable wait, fail-on timed-out,failed-open, https_proxy http://proxy.example:3128)',
  ],
])('begins with what is asked, for how long, and %j', (options, rest) => {
  const { failOn = [], proxy } = options;
  const gate = { ...server.gate, url: 'https://a.example/x/?token=1', ...options.gate };
  expect(startLine(termsOf({ failOn }, { gate, proxy }))).toBe(
    `asking https://a.example/x/ every 20s, for 30m at most${rest}`,
  );
});

it('has one line for each change', () => {
  const events = [
    waiting(0, 'a', 'b'),
    waiting(20_000, 'b', 'a'),
    waiting(40_000, 'b'),
    waiting(60_000, 'c'),
  ];
  expect(logOf(events)).toEqual([
    '2 in flight: a, b (waited 0s of 30m, next try in 20s)',
    '1 in flight: b (waited 40s of 30m, next try in 20s)',
    '1 in flight: c (waited 1m of 30m, next try in 20s)',
  ]);
});

it('says when the server holds the next request', () => {
  const events: GateEvent[] = [
    { ...waiting(0, 'a', 'b'), nextInMs: 0 },
    { ...waiting(20_000, 'b'), nextInMs: 4 },
  ];
  expect(logOf(events)).toEqual([
    '2 in flight: a, b (waited 0s of 30m, the server answers once it is quiet, next try in 20s at the latest)',
    '1 in flight: b (waited 20s of 30m, the server answers once it is quiet, next try in 20s at the latest)',
  ]);
});

it('has a line for each retry, but not again at each poll of an endpoint that stays away', () => {
  const poll = (atMs: number, message?: string) => [
    failed(atMs, 'retrying', message),
    failed(atMs + 1000, 'retrying', message),
    failed(atMs + 3000, 'unavailable', message),
  ];
  const events = [
    ...poll(0),
    ...poll(20_000),
    ...poll(40_000, 'answered 502'),
    waiting(60_000, 'a'),
    ...poll(80_000),
  ];
  expect(logOf(events).map((line) => line.replace(/ \(.*/, ''))).toEqual([
    'no count: answered 503; try 2 of 6 next',
    'no count: answered 503; try 3 of 6 next',
    'no count: answered 503; waiting all the same',
    'no count: answered 502; waiting all the same',
    '1 in flight: a',
    'no count: answered 503; try 2 of 6 next',
    'no count: answered 503; try 3 of 6 next',
    'no count: answered 503; waiting all the same',
  ]);
});

it('has a line a minute when nothing changes: a wait of half an hour takes thirty', () => {
  const events = Array.from({ length: 90 }, (_, poll) => waiting(poll * 20_000, 'a'));
  expect(logOf(events)).toHaveLength(30);
});

it('beats between two events that are far apart', () => {
  const { state } = progressLine(begun, nextProgress(NO_PROGRESS, waiting(10_000, 'a'), 20_000), terms);
  const beat = heartbeatLine(state, 10_000 + HEARTBEAT_MS, terms);
  expect(beat.line).toBe('1 in flight: a (waited 1m 10s of 30m)');
  const again = nextProgress(NO_PROGRESS, waiting(80_000, 'a'), 20_000);
  expect(progressLine(beat.state, again, terms).line).toBeUndefined();
});

it('beats before the first answer', () => {
  expect(heartbeatLine(begun, HEARTBEAT_MS, terms).line).toBe('no answer yet (waited 1m of 30m)');
});
