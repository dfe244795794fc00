import type { GateEvent } from '@quietgate/core';
import { expect, it } from 'vitest';
import { eventLine, HEARTBEAT_MS, heartbeatLine, type LogState, startLine } from './log-lines.ts';

const plan = { maxWaitMs: 1_800_000 };
const begun: LogState = { shownAtMs: 0 };

const waiting = (elapsedMs: number, ...ids: string[]): GateEvent => ({
  type: 'waiting',
  poll: 1,
  elapsedMs,
  nextInMs: 20_000,
  lastSeen: { count: ids.length, ids },
});

/** What a log of these events says, without the times. */
function logOf(events: readonly GateEvent[]): string[] {
  let state = begun;
  return events.flatMap((event) => {
    const next = eventLine(state, event, plan);
    state = next.state;
    return next.line ?? [];
  });
}

it('says what is asked, and for how long', () => {
  const whole = { url: 'https://a.example/x/?token=1', intervalMs: 20_000, maxWaitMs: 1_800_000 };
  expect(startLine(whole)).toBe('asking https://a.example/x/ every 20s, for 30m at most');
});

it('has one line for each change', () => {
  const events = [
    waiting(0, 'a', 'b'),
    waiting(20_000, 'a', 'b'),
    waiting(40_000, 'b'),
    waiting(60_000, 'c'),
  ];
  expect(logOf(events)).toEqual([
    '2 in flight: a, b (waited 0s of 30m, next try in 20s)',
    '1 in flight: b (waited 40s of 30m, next try in 20s)',
    '1 in flight: c (waited 1m of 30m, next try in 20s)',
  ]);
});

it('has a line a minute when nothing changes: a wait of half an hour takes thirty', () => {
  const events = Array.from({ length: 90 }, (_, poll) => waiting(poll * 20_000, 'a'));
  expect(logOf(events)).toHaveLength(30);
});

it('beats between two events that are far apart', () => {
  const { state } = eventLine(begun, waiting(10_000, 'a'), plan);
  expect(heartbeatLine(state, 10_000 + HEARTBEAT_MS - 1, plan).line).toBeUndefined();
  const beat = heartbeatLine(state, 10_000 + HEARTBEAT_MS, plan);
  expect(beat.line).toBe('1 in flight: a (waited 1m 10s of 30m)');
  expect(heartbeatLine(beat.state, 20_000 + HEARTBEAT_MS, plan).line).toBeUndefined();
});

it('beats before the first answer', () => {
  expect(heartbeatLine(begun, HEARTBEAT_MS, plan).line).toBe('no answer yet (waited 1m of 30m)');
});
