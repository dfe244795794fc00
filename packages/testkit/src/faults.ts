import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { TLS } from './certificate.ts';
import { type Behaviour, headOf, type Wire } from './hostile-server.ts';

/** One way in which an endpoint goes wrong, and what the gate must make of it. */
export interface Fault extends Behaviour {
  readonly name: string;
  /** An outcome, or the reason of a gate that failed open; more than one where Node's versions differ. */
  readonly expected: readonly string[];
  /** The request never ends by itself. */
  readonly silent?: boolean;
  readonly scheme?: 'http' | 'https';
  /** Whether the connection outlives the gate for a while, whatever it does. */
  readonly lingers?: boolean;
}

/** A zero that may open the gate. */
export const ZERO = '{"count":0,"ids":[]}';
const JSON_TYPE = { 'Content-Type': 'application/json' };
const STATUS_LINE = 'HTTP/1.1 200 OK\r\n';
const HALF_A_HEAD = `${STATUS_LINE}Content-Type: application/js`;
const HEAD = headOf(200, { ...JSON_TYPE, 'Content-Length': String(ZERO.length) });
const CHUNKED_HEAD = headOf(200, { ...JSON_TYPE, 'Transfer-Encoding': 'chunked' });
const MIB = 1024 * 1024;

const answer = (answer: NonNullable<Behaviour['answer']>): Behaviour => ({ answer });
const sends = (bytes: string | Uint8Array, then?: (wire: Wire) => void): Behaviour =>
  answer((wire) => {
    wire.send(bytes);
    then?.(wire);
  });

/** How far a conversation gets before it goes wrong. */
const STAGES: readonly (readonly [string, (then?: (wire: Wire) => void) => Behaviour])[] = [
  ['when the connection is made', (then) => (then === undefined ? {} : { accept: then })],
  ['after the request', (then) => answer((wire) => then?.(wire))],
  ['after the status line', (then) => sends(STATUS_LINE, then)],
  ['in the headers', (then) => sends(HALF_A_HEAD, then)],
  ['after the headers', (then) => sends(HEAD, then)],
  ['in the middle of the body', (then) => sends(HEAD + '{"count":0,', then)],
  ['in the middle of a chunk', (then) => sends(`${CHUNKED_HEAD}14\r\n{"count":0`, then)],
  ['between two chunks', (then) => sends(`${CHUNKED_HEAD}14\r\n${ZERO}\r\n`, then)],
];

const atEachStage: readonly Fault[] = STAGES.flatMap(([stage, until]) => [
  {
    name: `a reset ${stage}`,
    ...until((wire) => {
      wire.reset();
    }),
    expected: ['unreachable'],
  },
  {
    name: `an end ${stage}`,
    ...until((wire) => {
      wire.end();
    }),
    expected: ['unreachable'],
  },
  { name: `silence ${stage}`, ...until(), expected: ['request-timeout'], silent: true },
]);

const closed: Fault = {
  name: 'a close when the connection is made',
  accept: (wire) => {
    wire.close();
  },
  // The fetch of Node 20 misses it, and waits.
  expected: ['unreachable', 'request-timeout'],
  silent: true,
};

const drips: readonly Fault[] = [
  {
    name: 'a status line, letter by letter',
    ...answer((wire) => {
      wire.drip(letters(STATUS_LINE.repeat(1000)));
    }),
    expected: ['request-timeout', 'unreachable'],
    silent: true,
  },
  {
    name: 'headers without end, one by one',
    ...sends(STATUS_LINE, (wire) => {
      wire.drip(() => 'X: y\r\n');
    }),
    expected: ['request-timeout'],
    silent: true,
  },
  {
    name: 'a body of blanks, one by one',
    ...sends(headOf(200, JSON_TYPE), (wire) => {
      wire.drip(() => ' ');
    }),
    expected: ['request-timeout'],
    silent: true,
  },
  {
    name: 'chunks of blanks, one by one',
    ...sends(CHUNKED_HEAD, (wire) => {
      wire.drip(() => '1\r\n \r\n');
    }),
    expected: ['request-timeout'],
    silent: true,
  },
  {
    name: 'early hints without end',
    ...answer((wire) => {
      wire.drip(() => headOf(103, {}));
    }),
    expected: ['request-timeout'],
    silent: true,
  },
];

const bodiesOfNoUse: readonly Fault[] = [
  {
    name: 'a 404 whose body never comes',
    ...sends(headOf(404, { 'Content-Length': '20' })),
    expected: ['not-found'],
  },
  {
    name: 'a 403 whose body never comes',
    ...sends(headOf(403, { 'Content-Length': '20' })),
    expected: ['http-status'],
  },
];

const H2_SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
const TLS_ALERT = Buffer.from([21, 3, 1, 0, 2, 2, 40]);

const protocols: readonly Fault[] = [
  {
    name: 'a certificate that nobody trusts',
    tls: TLS,
    scheme: 'https',
    expected: ['unreachable'],
  },
  {
    name: 'a server that speaks TLS only',
    tls: TLS,
    scheme: 'http',
    expected: ['unreachable'],
  },
  {
    name: 'a server that speaks no TLS',
    accept: (wire) => {
      wire.respond(400, {});
    },
    scheme: 'https',
    expected: ['unreachable'],
  },
  {
    name: 'a TLS handshake without an answer',
    scheme: 'https',
    expected: ['request-timeout'],
    silent: true,
    // Node's fetch calls off a request, but not the connecting that it waits for: that has a limit of its own, 10 s.
    lingers: true,
  },
  { name: 'a TLS alert', ...sends(TLS_ALERT), expected: ['unreachable'] },
  { name: 'HTTP/2 without a question', ...sends(H2_SETTINGS), expected: ['unreachable'] },
  { name: 'the HTTP/2 preface', ...sends('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), expected: ['unreachable'] },
  {
    name: 'the greeting of another service',
    accept: (wire) => {
      wire.send('SSH-2.0-OpenSSH_9.6\r\n');
    },
    expected: ['unreachable'],
  },
  {
    name: 'noise',
    ...sends(Buffer.from(Array.from({ length: 512 }, (_, at) => (at * 151 + 7) % 256))),
    expected: ['unreachable'],
  },
  { name: 'a body without a head', ...sends(ZERO), expected: ['unreachable'] },
  { name: 'an unfinished version', ...sends('HTTP/1.\r\n\r\n'), expected: ['unreachable'] },
  {
    name: 'a Content-Length that is no number',
    ...sends(headOf(200, { 'Content-Length': 'many' }) + ZERO),
    expected: ['unreachable'],
  },
  {
    name: 'two lengths that differ',
    ...sends(`${STATUS_LINE}Content-Length: 20\r\nContent-Length: 2\r\n\r\n${ZERO}`),
    expected: ['unreachable'],
  },
  {
    name: 'a chunk size that is no number',
    ...sends(`${CHUNKED_HEAD}xyz\r\n${ZERO}\r\n0\r\n\r\n`),
    expected: ['unreachable'],
  },
  {
    name: 'headers without end, in a flood',
    ...sends(STATUS_LINE, (wire) => {
      wire.flood(() => `X: ${'y'.repeat(1000)}\r\n`);
    }),
    expected: ['unreachable'],
  },
  {
    name: 'a switch of protocols',
    ...sends(headOf(101, { Upgrade: 'websocket', Connection: 'Upgrade' })),
    expected: ['unreachable', 'http-status'],
  },
  {
    name: 'early hints, and then the answer',
    ...answer((wire) => {
      wire.send(headOf(103, {}));
      wire.respond(200, JSON_TYPE, ZERO);
    }),
    expected: ['quiet'],
  },
  {
    name: '102, and then the answer',
    ...answer((wire) => {
      wire.send(headOf(102, {}));
      wire.respond(200, JSON_TYPE, ZERO);
    }),
    expected: ['quiet'],
  },
];

const encoded = (encoding: string, body: Uint8Array): Behaviour =>
  answer((wire) => {
    wire.respond(200, { ...JSON_TYPE, 'Content-Encoding': encoding }, body);
  });
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

const GIB_OF_ZEROS = Buffer.concat(Array<Buffer>(64).fill(gzipSync(Buffer.alloc(16 * MIB))));
const zeros = Buffer.alloc(256 * MIB, ' ');

/** More than fits anywhere. The gate stops reading soon. */
export const FLOODS: readonly Fault[] = [
  { name: 'a gzip bomb of a gibibyte', ...encoded('gzip', GIB_OF_ZEROS), expected: ['invalid-response'] },
  {
    name: 'a gzip bomb in a gzip bomb',
    ...encoded('gzip, gzip', gzipSync(GIB_OF_ZEROS)),
    expected: ['invalid-response'],
  },
  { name: 'a deflate bomb', ...encoded('deflate', deflateSync(zeros)), expected: ['invalid-response'] },
  {
    name: 'a brotli bomb',
    ...encoded('br', brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })),
    expected: ['invalid-response'],
  },
  {
    name: 'a body without end',
    ...sends(headOf(200, JSON_TYPE), (wire) => {
      wire.flood(() => ' '.repeat(65_536));
    }),
    expected: ['invalid-response'],
  },
  {
    name: 'chunks without end',
    ...sends(CHUNKED_HEAD, (wire) => {
      wire.flood(() => `10000\r\n${' '.repeat(65_536)}\r\n`);
    }),
    expected: ['invalid-response'],
  },
  {
    name: 'a body of a tebibyte',
    ...sends(headOf(200, { 'Content-Length': String(MIB ** 2) }), (wire) => {
      wire.flood(() => ' '.repeat(65_536));
    }),
    expected: ['invalid-response'],
  },
  {
    name: 'a 404 without end',
    ...sends(headOf(404, {}), (wire) => {
      wire.flood(() => ' '.repeat(65_536));
    }),
    expected: ['not-found'],
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

export const FAULTS: readonly Fault[] = [
  ...atEachStage,
  closed,
  ...drips,
  ...bodiesOfNoUse,
  ...protocols,
  ...compression,
  ...bodies,
];

function letters(text: string): () => string {
  let at = 0;
  return () => text[at++ % text.length] ?? '';
}
