import { fc, test, unicodeString } from '@quietgate/testkit/property';
import { describe, expect, it } from 'vitest';
import { decodeCount } from './parse-in-flight-count.ts';

const decode = (text: string) => decodeCount(new TextEncoder().encode(text));

describe('decodeCount', () => {
  test.prop([
    fc
      .record({ count: fc.nat(3), ids: fc.array(unicodeString()) }, { noNullPrototype: true })
      .filter(({ count, ids }) => count > 0 || ids.length === 0),
    fc.nat(4),
  ])('reads what JSON.stringify writes, however it is indented', (answer, indent) => {
    const text = JSON.stringify(answer, undefined, indent);
    expect(decode(text)).toStrictEqual(JSON.parse(text));
  });

  it.for([
    '{"count":0,"ids":[]}',
    '{"count":-0}',
    '{"count":0.0}',
    '{"count":0e9}',
    '{"count":-0.000E+12}',
    '{"count":0e-10}',
    '{"ids":null,"count" : 0}',
    '{"count":0,"more":{"count":3,"ids":["a"]}}',
    '{"count":0,"more":[{"count":3},"count",":"]}',
    String.raw`{"count":0,"\":\"count":3}`,
    String.raw`{"c\u006funt":0}`,
  ])('reads a zero in %s', (text) => {
    expect(decode(text)).toEqual({ count: 0, ids: [] });
  });

  it.for([
    ['{"count":1e-400}', 'count must be an integer of 0 or more, got a fraction'],
    ['{"count":-1e-400}', 'count must be an integer of 0 or more, got a fraction'],
    ['{"count":0.00001e-330,"ids":[]}', 'count must be an integer of 0 or more, got a fraction'],
    ['{"count":2,"count":0}', 'count must stand once, got it twice'],
    [String.raw`{"count":2,"c\u006funt":0}`, 'count must stand once, got it twice'],
    ['{"count":0,"count":0,"count":0}', 'count must stand once, got it twice'],
    ['{"count":0,"ids":["t13"],"ids":[]}', 'ids must stand once, got it twice'],
    ['{"count":0,"ids":["t13"]}', 'ids must be empty with a count of 0, got 1 of them'],
  ] as const)('takes no zero out of %s', ([text, message]) => {
    expect(() => decode(text)).toThrow(new TypeError(message));
  });

  it('does not look twice at a count above zero', () => {
    expect(decode('{"count":0,"count":2,"ids":["a"],"ids":["b"]}')).toEqual({ count: 2, ids: ['b'] });
  });

  it.for([
    ['', 'the body is empty'],
    ['<html>', 'the body is not JSON: "<html>"'],
    ['x'.repeat(60), `the body is not JSON: "${'x'.repeat(60)}"`],
    ['x'.repeat(61), `the body is not JSON: "${'x'.repeat(60)}…"`],
    ['"https://a.example/?token=s3cret', String.raw`the body is not JSON: "\"https://a.example/"`],
  ] as const)('says of %j that %s', ([text, message]) => {
    expect(() => decode(text)).toThrow(new TypeError(message));
  });

  it('says what is not UTF-8', () => {
    expect(() => decodeCount(new Uint8Array([0x7b, 0xff]))).toThrow(new TypeError('the body is not UTF-8'));
  });
});
