import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { answer, encoded, JSON_TYPE, MIB, sends, ZERO, type Fault } from './fault.ts';
import { headOf } from './hostile-server.ts';

const FAULTY_BODY: readonly string[] = ['invalid-response', 'unreachable'];
/** Some versions of Node hang on a compressed body that ends too early. */
const HALF_A_BODY: readonly string[] = [...FAULTY_BODY, 'request-timeout'];

const compression: readonly Fault[] = [
  ...(
    [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['br', brotliCompressSync],
    ] as const
  ).flatMap(([encoding, compress]): Fault[] => {
    const good = compress(ZERO);
    const spoilt = Buffer.from(good).fill(0x5a, Math.floor(good.length / 3), Math.floor(good.length / 3) + 6);
    const long = compress(
      JSON.stringify({ count: 0, ids: Array.from({ length: 900 }, (_, n) => `id-${n * 7919}`) }),
    );
    return [
      { name: `${encoding}, as it should be`, ...encoded(encoding, good), expected: ['quiet'] },
      { name: `${encoding} that is not`, ...encoded(encoding, Buffer.from(ZERO)), expected: FAULTY_BODY },
      { name: `${encoding}, spoilt`, ...encoded(encoding, spoilt), expected: FAULTY_BODY },
      {
        name: `${encoding} of nothing`,
        ...encoded(encoding, Buffer.alloc(0)),
        expected: HALF_A_BODY,
        silent: true,
      },
      {
        name: `${encoding}, cut short`,
        ...encoded(encoding, long.subarray(0, long.length / 2)),
        expected: HALF_A_BODY,
        silent: true,
      },
      {
        name: `${encoding} that stops`,
        ...sends(
          Buffer.concat([
            Buffer.from(headOf(200, { 'Content-Encoding': encoding, 'Content-Length': String(long.length) })),
            long.subarray(0, long.length / 2),
          ]),
        ),
        expected: ['request-timeout'],
        silent: true,
      },
      {
        name: `${encoding}, broken off`,
        ...sends(
          Buffer.concat([
            Buffer.from(headOf(200, { 'Content-Encoding': encoding, 'Content-Length': String(long.length) })),
            long.subarray(0, long.length / 2),
          ]),
          (wire) => {
            wire.end();
          },
        ),
        expected: HALF_A_BODY,
        silent: true,
      },
    ];
  }),
  {
    name: 'an encoding that nobody knows',
    ...encoded('x-rot13', Buffer.from('{"pbhag":0}')),
    expected: ['invalid-response'],
  },
];

const BODIES: Readonly<Record<string, string | Uint8Array>> = {
  nothing: '',
  blanks: ' \n',
  'a login page': '<!doctype html><title>Sign in</title><p>count: 0</p>',
  null: 'null',
  true: 'true',
  'a number': '0',
  'a text': '"0"',
  'an array': '[0]',
  'an empty object': '{}',
  'another object': '{"error":"in-flight count unavailable"}',
  'no count': '{"ids":[]}',
  'a count of null': '{"count":null,"ids":[]}',
  'a count in quotes': '{"count":"0","ids":[]}',
  'a count of false': '{"count":false,"ids":[]}',
  'a count of an empty array': '{"count":[],"ids":[]}',
  'a negative count': '{"count":-1,"ids":[]}',
  'a fraction': '{"count":0.5,"ids":[]}',
  'an infinite count': '{"count":1e999,"ids":[]}',
  'a count that is no number': '{"count":NaN,"ids":[]}',
  'a capital letter': '{"Count":0,"ids":[]}',
  'an inherited count': '{"__proto__":{"count":0},"ids":[]}',
  'ids of a text': '{"count":0,"ids":"a"}',
  'ids of an object': '{"count":0,"ids":{}}',
  'an id of a number': '{"count":0,"ids":["a",1]}',
  'half of it': '{"count":0,"ids":[',
  'more than one': `${ZERO}${ZERO}`,
  'single quotes': "{'count':0}",
  'a comment': '{"count":0 /* quiet */}',
  'UTF-16': Buffer.from(ZERO, 'utf16le'),
  'bytes that are no UTF-8': Buffer.from('7b22636f756e74223a302c22696473223a5b22ff225d7d', 'hex'),
  'half a megabyte of brackets': '['.repeat(MIB / 2),
  'one byte over the limit': ZERO.padEnd(MIB + 1),
};

const bodies: readonly Fault[] = [
  ...Object.entries(BODIES).map(([name, body]): Fault => ({
    name: `a body of ${name}`,
    ...answer((wire) => {
      wire.respond(200, JSON_TYPE, body);
    }),
    expected: ['invalid-response'],
  })),
  {
    name: 'a body of just the limit',
    ...answer((wire) => {
      wire.respond(200, JSON_TYPE, ZERO.padEnd(MIB));
    }),
    expected: ['quiet'],
  },
  {
    name: 'a body with another content type',
    ...answer((wire) => {
      wire.respond(200, { 'Content-Type': 'text/plain' }, ZERO);
    }),
    expected: ['quiet'],
  },
  {
    name: 'a body without ids',
    ...answer((wire) => {
      wire.respond(200, JSON_TYPE, '{"count":0}');
    }),
    expected: ['quiet'],
  },
  {
    name: 'a body with ids of null',
    ...answer((wire) => {
      wire.respond(200, JSON_TYPE, '{"count":0,"ids":null}');
    }),
    expected: ['quiet'],
  },
  {
    name: 'a body that ends with the connection',
    ...sends(headOf(200, JSON_TYPE) + ZERO, (wire) => {
      wire.end();
    }),
    expected: ['quiet'],
  },
  {
    name: 'half a body that ends with the connection',
    ...sends(headOf(200, JSON_TYPE) + '{"count":0', (wire) => {
      wire.end();
    }),
    expected: ['invalid-response'],
  },
];

/** Bodies that hold no count, or that nobody can decompress. */
export const BODY_FAULTS: readonly Fault[] = [...compression, ...bodies];
