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
const held = (...of: Parameters<typeof waiting>): GateEvent => ({
  ...waiting(...of),
  type: 'waiting',
  held: true,
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
    progress = nextProgress(progress, event);
    const next = progressLine(state, progress, terms);
    state = next.state;
    return next.line ?? [];
  });
}

interface Otherwise {
  readonly gate?: Partial<GatePlan>;
  readonly failOn?: Plan['failOn'];
  readonly defaultUrl?: Plan['defaultUrl'];
  readonly proxy?: ServerPlan['proxy'];
}

it.each<[Otherwise, string]>([
  [{ defaultUrl: 'none given' }, ' (the default URL, since none was given)'],
  [{ defaultUrl: 'variable empty' }, ' (the default URL, since CATALYST_API_URL is empty)'],
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
  const { failOn = [], proxy, defaultUrl } = options;
  const gate = { ...server.gate, url: 'https://a.example/x/?token=1', ...options.gate };
  expect(startLine(termsOf({ ...plan, failOn, defaultUrl }, { gate, proxy }))).toBe(
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
    '2 in flight: a, b (waited 0s of 30m); next check in 20s',
    '1 in flight: b (waited 40s of 30m); next check in 20s',
    '1 in flight: c (waited 1m of 30m); next check in 20s',
  ]);
});

it('says when the server holds the next request', () => {
  const events: GateEvent[] = [
    { ...held(0, 'a', 'b'), nextInMs: 0 },
    { ...held(20_000, 'b'), nextInMs: 4 },
  ];
  expect(logOf(events)).toEqual([
    '2 in flight: a, b (waited 0s of 30m); the server responds once it is quiet, next check in 20s at the latest',
    '1 in flight: b (waited 20s of 30m); the server responds once it is quiet, next check in 20s at the latest',
  ]);
});

it('has a line for each retry, but not again at each poll of an endpoint that stays away', () => {
  const poll = (atMs: number, message?: string): GateEvent[] => [
    failed(atMs, 'retrying', message),
    {
      ...failed(atMs + 1000, 'retrying', message),
      type: 'retrying',
      about: 'count',
      failedTries: 2,
    } as GateEvent,
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
    'attempt 1 of 6 failed: answered 503',
    'attempt 2 of 6 failed: answered 503',
    'no count: answered 503',
    'no count: answered 502',
    '1 in flight: a',
    'attempt 1 of 6 failed: answered 503',
    'attempt 2 of 6 failed: answered 503',
    'no count: answered 503',
  ]);
});

it('has a line a minute when nothing changes: a wait of half an hour takes thirty', () => {
  const events = Array.from({ length: 90 }, (_, poll) => waiting(poll * 20_000, 'a'));
  expect(logOf(events)).toHaveLength(30);
});

it('beats between two events that are far apart', () => {
  const { state } = progressLine(begun, nextProgress(NO_PROGRESS, waiting(10_000, 'a')), terms);
  const beat = heartbeatLine(state, 10_000 + HEARTBEAT_MS, terms);
  expect(beat.line).toBe('1 in flight: a (waited 1m 10s of 30m)');
  const again = nextProgress(NO_PROGRESS, waiting(80_000, 'a'));
  expect(progressLine(beat.state, again, terms).line).toBeUndefined();
});

it('beats before the first response', () => {
  expect(heartbeatLine(begun, HEARTBEAT_MS, terms).line).toBe('no response yet (waited 1m of 30m)');
});

it('names what comes next, whatever has happened', () => {
  expect(logOf([failed(0, 'retrying'), { ...failed(20_000, 'unavailable'), nextInMs: 0 }])).toEqual([
    'attempt 1 of 6 failed: answered 503 (waited 0s of 30m); retrying in 1s',
    'no count: answered 503 (waited 20s of 30m); waiting anyway, checking again',
  ]);
});

it('says in each line which server it is about, where there are several', () => {
  const named = termsOf({ ...plan, servers: [server, server] }, server);
  const progress = nextProgress(NO_PROGRESS, waiting(20_000, 'a'));
  expect(progressLine(beginLog(named), progress, named).line).toBe(
    'https://console.openova.io: 1 in flight: a (waited 20s of 30m); next check in 20s',
  );
});
