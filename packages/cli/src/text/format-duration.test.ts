import { expect, it } from 'vitest';
import { formatDuration } from './format-duration.ts';

it.each([
  [0, '0s'],
  [1, '1ms'],
  [999.9, '999ms'],
  [1000, '1s'],
  [59_999, '59s'],
  [60_000, '1m'],
  [80_000, '1m 20s'],
  [1_800_000, '30m'],
  [3_600_000, '1h'],
  [7_530_000, '2h 5m'],
  [2_147_483_647, '596h 31m'],
])('%i ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
