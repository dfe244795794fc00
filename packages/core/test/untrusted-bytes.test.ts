import { fc, test } from '@quietgate/testkit/property';
import { runs } from '@quietgate/testkit/property-runs';
import { expect } from 'vitest';
import { createVirtualClock } from '../src/testing.ts';
import { type InFlightCount, waitForQuiet } from '../src/index.ts';

/** Bodies that are counts, nearly are, or have been mistaken for one. */
const CORPUS = [
  ...['', 'null', '[0]', '{"count":0}', '{"count":0,"ids":[]}', '\uFEFF{"count":0}', '{"count":0,"ids":['],
  ...['{"count":2,"ids":["0f3a9c51d2e84b67","9b1c44d07ae2f530"]}', '{"count":1,"ids":["\\u0000\\ud800"]}'],
  ...['{"count":2,"ids":["0f3a9c51d2e84b4b""67"]}', '{"count":0.5,"ids":[]}', '{"count":1e308,"ids":[]}'],
  ...['{"count":1e999,"ids":[]}', '{"count":-0,"ids":[]}', '{"count":-1,"ids":[]}', '{"count":"0","ids":[]}'],
  ...[
    '{"count":0,"ids":null}',
    '{"count":0,"ids":["a",1]}',
    '{"count":0,"ids":"a"}',
    '{"count":1,"count":0}',
    '{"count":1e-400}',
    '{"count":0,"ids":["a"]}',
    '{"count":0,"more":{"count":1}}',
  ],
  ...['x'.repeat(5000), `{"count":"${'x'.repeat(5000)}"}`],
  ...['{"__proto__":{"count":0},"ids":[]}', '<!doctype html><title>Sign in</title>'],
];

/** Pieces of such bodies that chance would take long to find. */
const DICTIONARY = [
  ...['"count"', '"ids"', '"__proto__"', ':', ',', '{', '}', '[', ']', '[]', '""', '"a"', '\\', ' ', '\n'],
  ...[
    '0',
    '-0',
    '1',
    '-1',
    '0.5',
    '1e3',
    '1e999',
    '1e-400',
    '9007199254740993',
    'null',
    'true',
    '\0',
    '\\u0000',
    '\uFEFF',
  ],
];

const pieceArb = fc.oneof(
  fc.constantFrom(...DICTIONARY).map((piece) => Buffer.from(piece)),
  fc.uint8Array({ maxLength: 3 }),
  fc.constant(new Uint8Array()), // cuts
);
const changeArb = fc.record({ at: fc.nat(70), cut: fc.nat(12), piece: pieceArb });

/** One of the corpus, with some pieces cut out and others put in. */
const bytesArb = fc
  .tuple(fc.constantFrom(...CORPUS), fc.array(changeArb, { maxLength: 4 }))
  .map(([body, changes]) =>
    changes.reduce((bytes, { at, cut, piece }) => {
      const from = Math.min(at, bytes.length);
      return Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(from + cut)]);
    }, Buffer.from(body)),
  );

test.prop([bytesArb], { numRuns: runs(2000) })(
  'any bytes are the count that they are, or refused',
  async (bytes) => {
    const result = await waitForQuiet({
      url: 'http://gate.test',
      fetch: () => Promise.resolve(new Response(bytes)),
      clock: createVirtualClock({ graceMs: 0 }),
      maxWaitMs: 1,
    });
    const count = readByWhatMayBeThere(bytes);
    const expected =
      count === undefined
        ? { outcome: 'failed-open', reason: 'invalid-response' }
        : { outcome: count.count === 0 ? 'quiet' : 'timed-out', lastSeen: count };
    expect(result).toMatchObject(expected);
    expect(('message' in result && result.message.length) || 0).toBeLessThan(500);
  },
);

/** The wire format, read in another way: by what may be there, and not by what may not. */
function readByWhatMayBeThere(bytes: Uint8Array): InFlightCount | undefined {
  const text = Buffer.from(bytes).toString('utf8');
  // Node puts a replacement character for what is not UTF-8.
  if (!Buffer.from(text).equals(bytes)) return undefined;
  let body: unknown;
  try {
    body = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
  if (Object.prototype.toString.call(body) !== '[object Object]') return undefined;
  const { count, ids: given } = body as Record<string, unknown>;
  const ids = given ?? []; // as a server in Go writes an empty list
  const counts =
    typeof count === 'number' && count >= 0 && Number.isFinite(count) && Math.floor(count) === count;
  const lists = Array.isArray(ids) && ids.every((id) => typeof id === 'string');
  if (!counts || !lists) return undefined;
  if (count === 0 && (ids.length > 0 || !isPlainZero(text.replace(/^\uFEFF/, '')))) return undefined;
  return { count: Math.abs(count), ids: [...ids] };
}

/** Whether a count of zero and the ids stand once, and the count is written with no other digit: all names are made unique. */
function isPlainZero(json: string): boolean {
  let names = 0;
  const marked = json.replace(
    /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*/g,
    (token, text?: string, colon?: string) => {
      if (text === undefined) return JSON.stringify(token);
      return colon === undefined ? text : `${JSON.stringify(`${JSON.parse(text) as string}#${++names}`)}:`;
    },
  );
  const fields = Object.entries(JSON.parse(marked) as object);
  const named = (name: string) => fields.filter(([key]) => key.replace(/#\d+$/, '') === name);
  const [count, ...others] = named('count');
  return (
    others.length === 0 && named('ids').length <= 1 && !/[1-9]/.test(String(count?.[1]).replace(/e.*/i, ''))
  );
}
