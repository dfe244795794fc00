import assert from 'node:assert/strict';
import { parseInFlightCount, waitForQuiet } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { sanitise } from '@quietgate/job';
import { decodeBody } from '@quietgate/core/internal';

/** Something that takes untrusted bytes. Its corpus is a folder in `corpus`. */
export interface FuzzTarget {
  readonly name: string;
  readonly corpus: string;
  /** Where its code is: part of the path of its sources. Inputs that run new parts of it are mutated further. */
  readonly path: string;
  /** Pieces of inputs that chance would take long to find. */
  readonly dictionary: readonly string[];
  /** Throws when the bytes are not dealt with as promised. */
  readonly run: (bytes: Uint8Array) => void | Promise<void>;
}

const inFlightCount: FuzzTarget = {
  name: 'in-flight-count',
  corpus: 'in-flight-count',
  path: '/packages/core/src/',
  dictionary: [
    ...[
      '"count"',
      '"ids"',
      '"__proto__"',
      ':',
      ',',
      '{',
      '}',
      '[',
      ']',
      '[]',
      '""',
      '"a"',
      '0',
      '-0',
      '1',
      '-1',
    ],
    ...[
      '0.5',
      '1e3',
      '1e999',
      '9007199254740993',
      'null',
      'true',
      ' ',
      '\n',
      '\u0000',
      '\\u0000',
      '\uFEFF',
      '\\',
    ],
  ],
  run(bytes) {
    const expected = whatJsonSays(bytes);
    let found: unknown;
    try {
      found = decodeBody(bytes);
    } catch (error) {
      assert.ok(error instanceof TypeError, `threw ${String(error)}`);
      assert.ok(error.message.length < 500, `a message of ${error.message.length} characters`);
      assert.equal(expected, undefined, `refused an in-flight count: ${error.message}`);
      return;
    }
    assert.deepEqual(found, expected);
    assert.deepEqual(parseInFlightCount(found), found, 'read again, it is another');
  },
};

/** The wire format, read in another way: by what may be there, and not by what may not. */
function whatJsonSays(bytes: Uint8Array): { count: number; ids: string[] } | undefined {
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
  return counts && lists ? { count: Math.abs(count), ids: [...ids] } : undefined;
}

const gate: FuzzTarget = {
  ...inFlightCount,
  name: 'whole-gate',
  async run(bytes) {
    const result = await waitForQuiet({
      url: 'http://fuzz.test',
      fetch: () => Promise.resolve(new Response(bytes as Uint8Array<ArrayBuffer>)),
      clock: createVirtualClock({ graceMs: 0 }),
      maxWaitMs: 1,
    });
    const expected = whatJsonSays(bytes);
    if (expected === undefined) {
      assert.equal('reason' in result && result.reason, 'invalid-response');
    } else {
      assert.equal(result.outcome, expected.count === 0 ? 'quiet' : 'timed-out');
      assert.deepEqual(result.lastSeen, expected);
    }
  },
};

const logLine: FuzzTarget = {
  name: 'log-line',
  corpus: 'log-line',
  path: '/packages/job/src/text/',
  dictionary: [
    ...[
      '::',
      '::error::',
      '##',
      '##[error]',
      '%0A',
      ' ',
      '\n',
      '\r',
      '\t',
      '\u0000',
      '\u001b',
      '\u001b[2J',
      '\u0007',
    ],
    ...[
      '\u0085',
      '\u009b',
      '\u00a0',
      '\u2028',
      '\u2029',
      '\u200b',
      '\u202e',
      '\u2066',
      '\ufeff',
      '\u{e0041}',
      '\ufffd',
    ],
  ],
  run(bytes) {
    // As UTF-16 too, for halves of surrogate pairs come up there.
    for (const text of [Buffer.from(bytes).toString('utf8'), Buffer.from(bytes).toString('utf16le')]) {
      const line = sanitise(text, 80);
      assert.ok(line.length <= 80, `${line.length} characters`);
      assert.doesNotMatch(line, /\p{Cs}/u, 'half of a character');
      for (const character of line) {
        assert.ok(isPrintable(character), `lets through ${character.codePointAt(0)?.toString(16)}`);
      }
      assert.ok(!line.trimStart().startsWith('::'), 'a workflow command');
      assert.ok(!line.includes('##['), 'a command of the older kind');
      if (/^[\w .,-]*$/.test(text) && text.length <= 80) assert.equal(line, text.trimStart());
    }
  },
};

/** Told by code points, as terminals and runners look at them, and not by Unicode's classes. */
function isPrintable(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  const control = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const separator = code === 0x2028 || code === 0x2029;
  const direction =
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069);
  const invisible =
    (code >= 0x200b && code <= 0x200d) || code === 0xfeff || (code >= 0xe0000 && code <= 0xe007f);
  return !(control || separator || direction || invisible);
}

export const TARGETS: readonly FuzzTarget[] = [inFlightCount, gate, logLine];
