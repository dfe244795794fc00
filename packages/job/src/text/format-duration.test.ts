import { expect, it } from 'vitest';
import { fc, test } from '@quietgate/testkit/property';
import { parseDuration } from '../plan/parse-duration.ts';
import { exactDuration, formatDuration } from './format-duration.ts';

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

it.each([
  [0, '0s'],
  [0.5, '0.5ms'],
  [250, '250ms'],
  [1000, '1s'],
  [1500, '1.5s'],
  [1.005 * 1000, '1.005s'],
  [60_000, '1m'],
  [62_500, '1m 2.5s'],
  [5_459_000, '1h 30m 59s'],
  [3_600_001, '1h 0.001s'],
])('%d ms is exactly %s', (ms, text) => {
  expect(exactDuration(ms)).toBe(text);
});

test.prop([fc.nat(2_147_483_647)])('an exact duration is read back as it was', (ms) => {
  expect(parseDuration(exactDuration(ms).replaceAll(' ', ''))).toBeCloseTo(ms, 6);
});
