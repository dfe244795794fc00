import { afterEach, expect, it, vi } from 'vitest';
import { timeIn } from './time-in.ts';

afterEach(() => {
  vi.useRealTimers();
});

it.each([
  [0, '2026-05-17T14:03:59Z'],
  [600_000, '2026-05-17T14:13:59Z'],
  [Number.MAX_SAFE_INTEGER, '+275760-09-13T00:00:00Z'],
])('in %i ms it is %s', (ms, time) => {
  vi.useFakeTimers({ now: Date.parse('2026-05-17T14:03:59.999Z'), toFake: ['Date'] });
  expect(timeIn(ms)).toBe(time);
});
