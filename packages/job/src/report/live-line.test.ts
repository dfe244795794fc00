import { fc, test, unicodeString } from '@quietgate/testkit/property';
import { expect, it } from 'vitest';
import { NO_SETTINGS, makePlan } from '../plan/plan.ts';
import { columnsOf } from '../text/columns.ts';
import { describeCount } from './describe-progress.ts';
import { liveLine } from './live-line.ts';
import { termsOf } from './terms.ts';

const plan = makePlan(NO_SETTINGS, {});
const [server] = plan.servers;
const terms = termsOf(plan, { ...server, gate: { ...server.gate, url: 'https://a.example/?token=1' } });

it.each([
  [{ terms, elapsedMs: 0, frame: 0 }, '⠋ asking https://a.example · 0s of 30m ░░░░░░░░░░░░░░░░'],
  [
    { terms, seen: '2 in flight: a, b', elapsedMs: 450_000, nextInMs: 11_001, frame: 11 },
    '⠙ 2 in flight: a, b · 7m 30s of 30m ████░░░░░░░░░░░░ · next check in 12s',
  ],
  [
    { terms, seen: '1 in flight: a', elapsedMs: 1_800_000, nextInMs: 0, frame: 2 },
    '⠹ 1 in flight: a · 30m of 30m ████████████████ · asking',
  ],
  [
    { terms, seen: '1 in flight: a', elapsedMs: 0, nextInMs: 15_000, isHeld: true, frame: 0 },
    '⠋ 1 in flight: a · 0s of 30m ░░░░░░░░░░░░░░░░ · next check in 15s',
  ],
  [
    { terms, seen: '1 in flight: a', elapsedMs: 0, nextInMs: -8500, isHeld: true, frame: 0 },
    '⠋ 1 in flight: a · 0s of 30m ░░░░░░░░░░░░░░░░ · the server responds once it is quiet',
  ],
  [
    { terms: { ...terms, name: 'https://a.example' }, seen: '1 in flight: a', elapsedMs: 0, frame: 0 },
    '⠋ https://a.example: 1 in flight: a · 0s of 30m ░░░░░░░░░░░░░░░░ · asking',
  ],
])('%#', (view, line) => {
  expect(liveLine(view, 200)).toBe(line);
});

it('turns its spinner', () => {
  const frames = Array.from({ length: 11 }, (_, frame) => liveLine({ terms, elapsedMs: 0, frame }, 200)[0]);
  expect(frames.join('')).toBe('⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏⠋');
});

it.each([
  [89, '⠋ 1 in flight: 0123456789012345678901234 · 0s of 30m ░░░░░░░░░░░░░░░░ · next check in 20s'],
  [88, '⠋ 1 in flight: 0123456789012345678901234 · 0s of 30m ░░░░░░░░░░░░░░░░'],
  [69, '⠋ 1 in flight: 0123456789012345678901234 · 0s of 30m ░░░░░░░░░░░░░░░░'],
  [68, '⠋ 1 in flight: 0123456789012345678901234 · 0s of 30m'],
  [50, '⠋ 1 in flight: 0123456789012345678901234'],
  [30, '⠋ 1 in flight: 01234567890123…'],
])(
  'in %i columns gives up what comes next first, then the bar, then the time, and the ids last',
  (columns, line) => {
    const seen = '1 in flight: 0123456789012345678901234';
    expect(liveLine({ terms, seen, elapsedMs: 0, nextInMs: 20_000, frame: 0 }, columns)).toBe(line);
  },
);

test.prop([fc.array(unicodeString()), fc.integer({ min: 0, max: 200 }), fc.nat(3_600_000)])(
  'is never wider than the terminal',
  (ids, columns, elapsedMs) => {
    const seen = describeCount({ count: ids.length, ids });
    const view = { terms, seen, elapsedMs, nextInMs: 20_000, frame: 0 };
    expect(columnsOf(liveLine(view, columns))).toBeLessThanOrEqual(columns);
  },
);
