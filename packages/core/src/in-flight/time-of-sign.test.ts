import { fc, test } from '@quietgate/testkit/property';
import { describe, expect, it } from 'vitest';
import { timeOfSign } from './time-of-sign.ts';

const isStale = (sign: unknown, afterMs: number, now: number) => now - timeOfSign(sign) >= afterMs;

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 4, 18, 12);
const AFTER_MS = 15 * 60_000;

/** Times of the years in which a run can have been alive. */
const timeArb = fc.integer({ min: Date.UTC(1971, 0), max: Date.UTC(9000, 0) - 1 });
const afterMsArb = fc.integer({ min: 1, max: 10 * DAY_MS });
const offsetArb = fc.oneof(
  fc.constantFrom('Z', 'z'),
  fc
    .tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([sign, hours, minutes]) => `${sign}${padded(hours)}:${padded(minutes)}`),
);

function padded(number: number): string {
  return String(number).padStart(2, '0');
}

/** A time as a clock shows it in a place with such an offset. */
function written(time: number, offset: string, t: string): string {
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [];
  const shiftMs = Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return new Date(time + shiftMs).toISOString().slice(0, -1).replace('T', t) + offset;
}

const signArb = (time: number): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constant(time),
    fc.constant(new Date(time)),
    fc.tuple(offsetArb, fc.constantFrom('T', 't')).map(([offset, t]) => written(time, offset, t)),
  );

/** A heartbeat at a time that is a day from the ends of what can be written, whatever the offset. */
const datedArb = timeArb
  .filter((time) => time > Date.UTC(1971, 0, 3) && time < Date.UTC(8999, 11, 29))
  .chain((time) => fc.record({ time: fc.constant(time), sign: signArb(time) }));

describe('a heartbeat', () => {
  test.prop([datedArb, afterMsArb])(
    'is stale afterMs later, and not a millisecond sooner',
    (dated, afterMs) => {
      expect(isStale(dated.sign, afterMs, dated.time + afterMs - 1)).toBe(false);
      expect(isStale(dated.sign, afterMs, dated.time + afterMs)).toBe(true);
    },
  );

  test.prop([datedArb, fc.nat()])('in the future proves nothing', ({ time, sign }, byMs) => {
    expect(isStale(sign, 1, time - byMs)).toBe(false);
  });

  it.for<[string, number]>([
    ['1985-04-12T23:20:50.52Z', Date.UTC(1985, 3, 12, 23, 20, 50, 520)],
    ['1996-12-19T16:39:57-08:00', Date.UTC(1996, 11, 20, 0, 39, 57)],
    ['1990-12-31T23:59:60Z', Date.UTC(1991, 0, 1)],
    ['1990-12-31T15:59:60-08:00', Date.UTC(1991, 0, 1)],
    ['2024-02-29t00:00:00z', Date.UTC(2024, 1, 29)],
    ['2026-05-18T10:00:00.123456789Z', Date.UTC(2026, 4, 18, 10) + 124],
    ['1937-01-01T12:00:27.87+00:20', Infinity],
    ['1971-01-01T00:00:00Z', Date.UTC(1971, 0)],
    ['1971-01-01T00:00:00+00:01', Infinity],
    ['9000-01-01T00:00:00Z', Infinity],
  ])('as %s counts from then on', ([sign, from]) => {
    expect([isStale(sign, 1, from), isStale(sign, 1, Math.min(from + 1, 1e15))]).toEqual([
      false,
      from < Infinity,
    ]);
  });
});

describe('nothing else is proof:', () => {
  it.for<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty text', ''],
    ['a number in a text', '5'],
    ['milliseconds in a text', String(NOW - DAY_MS)],
    ['a day', '2026-05-17'],
    ['no offset', '2026-05-17T09:00:00'],
    ['no seconds', '2026-05-17T09:00Z'],
    ['a blank for the T', '2026-05-17 09:00:00Z'],
    ['a blank at the end', '2026-05-17T09:00:00Z '],
    ['more after it', '2026-05-17T09:00:00Z2026'],
    ['another time before it', '2026-05-17T09:00:05 2026-05-17T09:00:00Z'],
    ['a line before', '\n2026-05-17T09:00:00Z'],
    ['an offset without a colon', '2026-05-17T09:00:00+0200'],
    ['an offset of a day', '2026-05-17T09:00:00+24:00'],
    ['an offset of sixty minutes', '2026-05-17T09:00:00+01:60'],
    ['hour 24', '2026-05-16T24:00:00Z'],
    ['minute 60', '2026-05-17T09:60:00Z'],
    ['second 61', '2026-05-17T09:00:61Z'],
    ['a leap second at noon', '2026-05-17T12:00:60Z'],
    ['a leap second at midnight somewhere else', '2026-05-17T23:59:60+02:00'],
    ['a fraction without digits', '2026-05-17T09:00:00.Z'],
    ['a comma', '2026-05-17T09:00:00,5Z'],
    ['a 30th of February', '2026-02-30T09:00:00Z'],
    ['a 29th of February of another year', '2026-02-29T09:00:00Z'],
    ['a 13th month', '2025-13-01T09:00:00Z'],
    ['a day 0', '2026-05-00T09:00:00Z'],
    ['a year of six digits', '+002026-05-17T09:00:00Z'],
    ['the date of a mail', 'Sun, 17 May 2026 09:00:00 GMT'],
    ['the zero time of Go', '0001-01-01T00:00:00Z'],
    ['1970-01-01', '1970-01-01T23:59:59Z'],
    ['the end of 1970 in UTC', '1971-01-01T00:30:00+01:00'],
    ['a Date of 1970', new Date(Date.UTC(1971, 0) - 1)],
    ['an invalid Date', new Date(NaN)],
    ['zero', 0],
    ['a negative number', -5],
    ['NaN', NaN],
    ['infinity', Infinity],
    ['a big integer', BigInt(NOW - DAY_MS)],
    ['true', true],
    ['an object', { valueOf: () => NOW - DAY_MS }],
    ['a promise', Promise.resolve(NOW - DAY_MS)],
    ['a time in an array', [NOW - DAY_MS]],
  ])('%s', ([, sign]) => {
    expect(isStale(sign, AFTER_MS, NOW)).toBe(false);
  });

  test.prop([fc.anything({ withBigInt: true, withDate: true, withObjectString: true })])(
    'whatever it is, nothing is thrown',
    (sign) => {
      expect(isStale(sign, AFTER_MS, NOW)).toBeTypeOf('boolean');
    },
  );
});

it.for([
  [1e11 - 1, NaN],
  [1e11, 1e11],
  [Math.floor(NOW / 1000), NaN],
  [Date.UTC(9000, 0) - 1, Date.UTC(9000, 0) - 1],
  [Date.UTC(9000, 0), NaN],
])('takes the number %d for %d, since seconds and uptimes are smaller than milliseconds', ([sign, time]) => {
  expect(timeOfSign(sign)).toBe(time);
});
