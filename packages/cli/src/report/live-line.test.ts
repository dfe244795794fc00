import { fc, test } from '../../../core/test/property.ts';
import type { GateEvent } from '@quietgate/core';
import { expect, it } from 'vitest';
import { liveLine } from './live-line.ts';

const plan = { url: 'https://a.example/?token=1', maxWaitMs: 1_800_000 };
const waiting = (...ids: string[]): GateEvent => ({
  type: 'waiting',
  poll: 1,
  elapsedMs: 0,
  nextInMs: 20_000,
  lastSeen: { count: ids.length, ids },
});

it.each([
  [{ plan, elapsedMs: 0, frame: 0 }, '⠋ asking https://a.example · 0s of 30m ░░░░░░░░░░░░░░░░'],
  [
    { plan, event: waiting('a', 'b'), elapsedMs: 450_000, nextTryInMs: 11_001, frame: 11 },
    '⠙ 2 in flight: a, b · 7m 30s of 30m ████░░░░░░░░░░░░ · next try in 12s',
  ],
  [
    { plan, event: waiting('a'), elapsedMs: 1_800_000, nextTryInMs: 0, frame: 2 },
    '⠹ 1 in flight: a · 30m of 30m ████████████████ · asking',
  ],
])('%#', (view, line) => {
  expect(liveLine(view, 200)).toBe(line);
});

it('cuts what is seen before it cuts the times', () => {
  const view = { plan, event: waiting('x'.repeat(60)), elapsedMs: 0, nextTryInMs: 20_000, frame: 0 };
  expect(liveLine(view, 79)).toBe(
    '⠋ 1 in flight: xxxxxxxxxxxxxxxx… · 0s of 30m ░░░░░░░░░░░░░░░░ · next try in 20s',
  );
});

test.prop([fc.array(fc.string({ unit: 'binary' })), fc.integer({ min: 0, max: 200 }), fc.nat(3_600_000)])(
  'is never wider than the terminal',
  (ids, columns, elapsedMs) => {
    const view = { plan, event: waiting(...ids), elapsedMs, nextTryInMs: 20_000, frame: 0 };
    // Two columns are the most that a character takes.
    const widest = Array.from(liveLine(view, columns)).reduce(
      (width, character) => width + (/[ -~·…░█⠀-⣿]/u.test(character) ? 1 : 2),
      0,
    );
    expect(widest).toBeLessThanOrEqual(columns);
  },
);
