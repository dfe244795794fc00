import { fc, test } from '@quietgate/testkit/property';
import { describe, expect, it } from 'vitest';
import { parseDuration, parseSeconds } from './parse-duration.ts';

describe('parseDuration', () => {
  it.each([
    ['1500ms', 1500],
    ['20s', 20_000],
    ['0.5s', 500],
    ['30m', 1_800_000],
    ['1h', 3_600_000],
    ['1h30m', 5_400_000],
    ['1m30s', 90_000],
    ['1s500ms', 1500],
    ['0s', 0],
    ['0', 0],
    ['20', 20_000],
    ['0.5', 500],
    ['64.1', 64_100],
    ['64.1s', 64_100],
    ['2.05m', 123_000],
    ['0.07h', 252_000],
    ['1.1h', 3_960_000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    's',
    '20 s',
    ' 20s',
    '20S',
    '-1s',
    '+1s',
    '1d',
    '1m1h',
    '1s1s',
    '1e3s',
    '.5s',
    '5.s',
    '٣s',
    'Infinity',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test.prop([fc.nat(1000), fc.nat(59), fc.nat(59), fc.nat(999)])('adds up its parts', (h, m, s, ms) => {
    expect(parseDuration(`${h}h${m}m${s}s${ms}ms`)).toBe(((h * 60 + m) * 60 + s) * 1000 + ms);
  });
});

describe('parseSeconds', () => {
  it.each([
    ['20', 20_000],
    ['0', 0],
    ['0.25', 250],
  ])('reads %s', (text, ms) => {
    expect(parseSeconds(text)).toBe(ms);
  });

  it.each(['', '20s', '-1', '1e3', '0x10', ' 1', '1,5'])('refuses %j', (text) => {
    expect(parseSeconds(text)).toBeUndefined();
  });
});
