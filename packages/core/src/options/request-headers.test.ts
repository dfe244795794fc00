import { fc, test } from '@quietgate/testkit/property';
import { describe, expect, it } from 'vitest';
import { readHeaders } from './request-headers.ts';

const nameArb = fc.oneof(
  fc.constantFrom('accept', 'Accept', 'x-api-key', 'X-API-Key', 'cookie', '', 'a b', 'a:b', 'é', '__proto__'),
  fc.string({ maxLength: 3 }),
);
const valueArb = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom(' ', '\t', '\r', '\n', '\0', 'a', ',', 'é', '€') }),
);
const pairsArb = fc.array(fc.tuple(nameArb, valueArb));

/** What `Headers` makes of the same, with what every request asks for; or that it takes none of it. */
function expected(given: HeadersInit): object {
  try {
    const headers = Object.fromEntries(new Headers(given));
    return { accept: 'application/json', 'cache-control': 'no-cache', ...headers };
  } catch {
    return new TypeError('headers must be valid names and values of HTTP headers');
  }
}

function read(given: HeadersInit): object {
  try {
    return readHeaders(given);
  } catch (error) {
    return error as Error;
  }
}

const isSendable = ([, value]: [string, string]) => !/[^\t\r\n\0 -~\u0080-\uffff]/.test(value);

describe('the headers of a request', () => {
  test.prop([pairsArb.map((pairs) => pairs.filter(isSendable))])(
    'are what Headers makes of pairs',
    (pairs) => {
      expect(read(pairs)).toEqual(expected(pairs));
      expect(read(new Map(pairs) as Iterable<[string, string]> as [string, string][])).toEqual(
        expected(new Map(pairs) as Iterable<[string, string]> as [string, string][]),
      );
    },
  );

  test.prop([
    fc.dictionary(
      nameArb.filter((name) => name !== '__proto__'), // which Node's own Headers overlooks there

      valueArb.filter((value) => isSendable(['', value])),
    ),
  ])('and of an object', (given) => {
    expect(read(given)).toEqual(expected(given));
  });

  it.for<[unknown]>([[null], [5], ['a: b'], [['ab']], [[['a']]], [[['a', 'b', 'c']]], [[null]]])(
    'are not %o',
    ([given]) => {
      expect(read(given as HeadersInit)).toEqual(expected(given as HeadersInit));
      expect(read(given as HeadersInit)).toBeInstanceOf(TypeError);
    },
  );

  it('are joined where a name is given twice, as HTTP joins them, without the white space around them', () => {
    const given: [string, string][] = [
      ['X-A', ' \t1 \t'],
      ['x-a', '2'],
      ['Cookie', 'a=1'],
      ['cookie', 'b=2'],
    ];
    expect(readHeaders(given)).toEqual({
      accept: 'application/json',
      'cache-control': 'no-cache',
      'x-a': '1, 2',
      cookie: 'a=1; b=2',
    });
  });

  it('take numbers as texts, and Headers themselves', () => {
    const given = { 'x-build': 7 } as object as Record<string, string>;
    expect(readHeaders(given)).toMatchObject({ 'x-build': '7' });
    expect(readHeaders(new Headers({ 'X-Build': '7', accept: 'text/html' }))).toEqual({
      accept: 'text/html',
      'cache-control': 'no-cache',
      'x-build': '7',
    });
  });
});
