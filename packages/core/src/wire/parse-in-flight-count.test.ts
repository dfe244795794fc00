import { fc, test, unicodeString } from '@quietgate/testkit/property';
import { describe, expect, it } from 'vitest';
import { parseInFlightCount } from './parse-in-flight-count.ts';

const wireArb = fc
  .record({ count: fc.nat(), ids: fc.array(unicodeString()) }, { noNullPrototype: true })
  .filter(({ count, ids }) => count > 0 || ids.length === 0);

describe('parseInFlightCount', () => {
  test.prop([wireArb])('reads back what the endpoint writes', (answer) => {
    expect(parseInFlightCount(JSON.parse(JSON.stringify(answer)))).toStrictEqual(answer);
  });

  test.prop([wireArb, fc.dictionary(fc.string(), fc.jsonValue())])('drops other fields', (answer, other) => {
    expect(parseInFlightCount({ ...other, ...answer })).toStrictEqual(answer);
  });

  test.prop([fc.jsonValue()])('returns a count or throws a TypeError, and nothing else', (body) => {
    let outcome: unknown;
    try {
      outcome = parseInFlightCount(body).count;
    } catch (error) {
      outcome = error;
    }
    expect(outcome).toSatisfy(
      (it: unknown) => it instanceof TypeError || (Number.isInteger(it) && Number(it) >= 0),
    );
  });

  it('takes missing ids, and null, as none', () => {
    expect(parseInFlightCount({ count: 3 })).toStrictEqual({ count: 3, ids: [] });
    expect(parseInFlightCount({ count: 3, ids: undefined })).toStrictEqual({ count: 3, ids: [] });
    expect(parseInFlightCount({ count: 0, ids: null })).toStrictEqual({ count: 0, ids: [] });
  });

  it('trusts the count, not the length of ids', () => {
    expect(parseInFlightCount({ count: 5000, ids: ['a'] })).toStrictEqual({ count: 5000, ids: ['a'] });
    expect(parseInFlightCount({ count: 1, ids: [] })).toStrictEqual({ count: 1, ids: [] });
  });

  it('reads a negative zero as zero', () => {
    expect(parseInFlightCount(JSON.parse('{"count":-0}')).count).toBe(0);
  });

  it('returns a copy, which later changes do not reach', () => {
    const ids = ['a'];
    const parsed = parseInFlightCount({ count: 1, ids });
    ids.push('b');
    expect(parsed.ids).toEqual(['a']);
  });

  it.for<[unknown, string]>([
    [undefined, 'expected an object with a count, got nothing'],
    [null, 'expected an object with a count, got null'],
    [0, 'expected an object with a count, got 0'],
    ['{"count":0}', 'expected an object with a count, got a value of type string'],
    [[], 'expected an object with a count, got an array'],
    [{}, 'count must be an integer of 0 or more, got nothing'],
    [{ ids: [] }, 'count must be an integer of 0 or more, got nothing'],
    [JSON.parse('{"__proto__":{"count":0}}'), 'count must be an integer of 0 or more, got nothing'],
    [{ count: null }, 'count must be an integer of 0 or more, got null'],
    [{ count: '0' }, 'count must be an integer of 0 or more, got a value of type string'],
    [{ count: false }, 'count must be an integer of 0 or more, got false'],
    [{ count: [] }, 'count must be an integer of 0 or more, got an array'],
    [{ count: -1 }, 'count must be an integer of 0 or more, got -1'],
    [{ count: 0.5 }, 'count must be an integer of 0 or more, got 0.5'],
    [{ count: NaN }, 'count must be an integer of 0 or more, got NaN'],
    [JSON.parse('{"count":1e999}'), 'count must be an integer of 0 or more, got Infinity'],
    [{ count: 0, ids: ['a'] }, 'ids must be empty with a count of 0, got 1 of them'],
    [{ count: -0, ids: ['a', 'b'] }, 'ids must be empty with a count of 0, got 2 of them'],
    [{ count: 0, ids: 'a' }, 'ids must be an array of strings, got a value of type string'],
    [{ count: 0, ids: { length: 0 } }, 'ids must be an array of strings, got a value of type object'],
    [{ count: 1, ids: ['a', 7] }, 'ids[1] must be a string, got 7'],
    [{ count: 1, ids: [null] }, 'ids[0] must be a string, got null'],
    [{ count: 1, ids: new Array(1) }, 'ids[0] must be a string, got nothing'],
  ])('refuses %j', ([body, message]) => {
    expect(() => parseInFlightCount(body)).toThrow(new TypeError(message));
  });
});
