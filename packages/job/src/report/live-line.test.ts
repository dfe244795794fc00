import { fc, test } from '@quietgate/testkit/property';
import { expect, it } from 'vitest';
import { resolvePlan } from '../plan/plan.ts';
import { liveLine } from './live-line.ts';
import { follow, NO_PROGRESS, type Progress } from './progress.ts';

const plan = { ...resolvePlan({ options: new Map() }), url: 'https://a.example/?token=1' };
const waiting = (...ids: string[]): Progress =>
  follow(NO_PROGRESS, {
    type: 'waiting',
    poll: 1,
    elapsedMs: 0,
    nextInMs: 20_000,
    lastSeen: { count: ids.length, ids },
  });

it.each([
  [
    { plan, progress: NO_PROGRESS, elapsedMs: 0, frame: 0 },
    '⠋ asking https://a.example · 0s of 30m ░░░░░░░░░░░░░░░░',
  ],
  [
    { plan, progress: waiting('a', 'b'), elapsedMs: 450_000, nextTryInMs: 11_001, frame: 11 },
    '⠙ 2 in flight: a, b · 7m 30s of 30m ████░░░░░░░░░░░░ · next try in 12s',
  ],
  [
    { plan, progress: waiting('a'), elapsedMs: 1_800_000, nextTryInMs: 0, frame: 2 },
    '⠹ 1 in flight: a · 30m of 30m ████████████████ · asking',
  ],
])('%#', (view, line) => {
  expect(liveLine(view, 200)).toBe(line);
});

it.each([
  [87, '⠋ 1 in flight: 0123456789012345678901234 · 0s of 30m ░░░░░░░░░░░░░░░░ · next try in 20s'],
  [86, '⠋ 1 in flight: 0123456789012345678901234 · 0s of 30m · next try in 20s'],
  [60, '⠋ 1 in flight: 01234567890123… · 0s of 30m · next try in 20s'],
])('in %i columns gives up the bar first, then what is seen, and the times last', (columns, line) => {
  const progress = waiting('0123456789012345678901234');
  expect(liveLine({ plan, progress, elapsedMs: 0, nextTryInMs: 20_000, frame: 0 }, columns)).toBe(line);
});

test.prop([fc.array(fc.string({ unit: 'binary' })), fc.integer({ min: 0, max: 200 }), fc.nat(3_600_000)])(
  'is never wider than the terminal',
  (ids, columns, elapsedMs) => {
    const view = { plan, progress: waiting(...ids), elapsedMs, nextTryInMs: 20_000, frame: 0 };
    // Two columns are the most that a character takes.
    const widest = Array.from(liveLine(view, columns)).reduce(
      (width, character) => width + (/[ -~·…░█⠀-⣿]/u.test(character) ? 1 : 2),
      0,
    );
    expect(widest).toBeLessThanOrEqual(columns);
  },
);
