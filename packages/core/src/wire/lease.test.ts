import { fc, test, unicodeString } from '@quietgate/testkit/property';
import { describe, expect, it } from 'vitest';
import { checkToken, isHolder, MIN_LEASE_MS, MIN_TOKEN_LENGTH, parseLease } from './lease.ts';

const wireArb = fc.record(
  { seconds: fc.integer({ min: 1 }), lease: unicodeString({ minLength: 1 }) },
  { noNullPrototype: true },
);

describe('parseLease', () => {
  test.prop([wireArb])('reads back what the endpoint writes', (answer) => {
    expect(parseLease(JSON.parse(JSON.stringify(answer)))).toStrictEqual(answer);
  });

  test.prop([wireArb, fc.dictionary(fc.string(), fc.jsonValue())])('drops other fields', (answer, other) => {
    expect(parseLease({ ...other, ...answer })).toStrictEqual(answer);
  });

  it.for<[unknown, string]>([
    [undefined, 'expected an object with a lease, got nothing'],
    [null, 'expected an object with a lease, got null'],
    ['secret', 'expected an object with a lease, got a value of type string'],
    [[], 'expected an object with a lease, got an array'],
    [{ lease: 'a' }, 'seconds must be an integer of 1 or more, got nothing'],
    [{ seconds: 0, lease: 'a' }, 'seconds must be an integer of 1 or more, got 0'],
    [{ seconds: -1, lease: 'a' }, 'seconds must be an integer of 1 or more, got -1'],
    [{ seconds: 1.5, lease: 'a' }, 'seconds must be an integer of 1 or more, got 1.5'],
    [{ seconds: Infinity, lease: 'a' }, 'seconds must be an integer of 1 or more, got Infinity'],
    [{ seconds: '60', lease: 'a' }, 'seconds must be an integer of 1 or more, got a value of type string'],
    [{ seconds: 60 }, 'lease must be a string that is not empty, got nothing'],
    [{ seconds: 60, lease: '' }, 'lease must be a string that is not empty, got an empty one'],
    [{ seconds: 60, lease: 7 }, 'lease must be a string that is not empty, got 7'],
    [{ seconds: 60, lease: null }, 'lease must be a string that is not empty, got null'],
  ])('refuses %j', ([body, message]) => {
    expect(() => parseLease(body)).toThrow(new TypeError(message));
  });
});

describe('a holder', () => {
  test.prop([fc.stringMatching(/^[A-Za-z0-9._:/-]{1,128}$/)])(
    'has 1 to 128 of these characters',
    (holder) => {
      expect(isHolder(holder)).toBe(true);
    },
  );

  it.for(['', '*', 'a b', 'a\n', 'ä', 'a&b', 'a%20', 'a'.repeat(129), 7, null, undefined, ['a']])(
    'is not %j',
    (holder) => {
      expect(isHolder(holder)).toBe(false);
    },
  );

  it('may be as long as 128 characters', () => {
    expect(isHolder('a'.repeat(128))).toBe(true);
  });
});

it('states the least that both ends keep', () => {
  expect([MIN_TOKEN_LENGTH, MIN_LEASE_MS]).toEqual([16, 1000]);
});

describe('checkToken', () => {
  it('takes 16 characters, and not one less', () => {
    expect(() => {
      checkToken('token', 'x'.repeat(16));
    }).not.toThrow();
    expect(() => {
      checkToken('token', 'x'.repeat(15));
    }).toThrow(new RangeError('token must have 16 characters or more'));
  });
});
