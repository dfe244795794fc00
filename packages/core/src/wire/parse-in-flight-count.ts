import type { InFlightCount } from '../deployment.ts';
import { describeJson } from './describe-json.ts';
import { jsonFields } from './json-fields.ts';
import { withoutUrlSecrets } from './without-url-secrets.ts';

/**
 * Reads the endpoint's answer, already decoded from JSON: `{ count, ids }`. `ids` that are missing or `null`, as
 * a server in Go writes an empty list, are `[]`; their number need not equal `count`, but with a count of 0 there are
 * none; and other fields are dropped.
 *
 * Never guesses: whatever is not the wire format is an error and not a zero.
 *
 * @throws TypeError that says what was found and what was expected
 *
 * @example
 * parseInFlightCount(JSON.parse('{"count":1,"ids":["t13"]}')); // { count: 1, ids: ['t13'] }
 * parseInFlightCount({ ids: [] }); // throws: count must be an integer of 0 or more, got nothing
 */
export function parseInFlightCount(body: unknown): InFlightCount {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new TypeError(`expected an object with a count, got ${describeJson(body)}`);
  }
  const { count, ids } = body as { count?: unknown; ids?: unknown };
  if (!isCount(count)) {
    throw new TypeError(`count must be an integer of 0 or more, got ${describeJson(count)}`);
  }
  const listed = readIds(ids ?? []);
  if (count === 0 && listed.length > 0) {
    throw new TypeError(`ids must be empty with a count of 0, got ${listed.length} of them`);
  }
  return { count: count + 0, ids: listed }; // -0 becomes 0
}

function readIds(ids: unknown): readonly string[] {
  if (!Array.isArray(ids)) {
    throw new TypeError(`ids must be an array of strings, got ${describeJson(ids)}`);
  }
  return Array.from(ids, (id: unknown, index) => {
    if (typeof id !== 'string')
      throw new TypeError(`ids[${index}] must be a string, got ${describeJson(id)}`);
    return id;
  });
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}

const EXCERPT_LENGTH = 60;

/** A zero as JSON may write it. */
const ZERO = /^-?0(?:\.0+)?(?:e[+-]?\d+)?$/i;

/**
 * Reads the bytes of the endpoint's answer.
 *
 * @throws TypeError that says why they are not an in-flight count
 */
export function decodeCount(bytes: Uint8Array): InFlightCount {
  const text = decodeUtf8(bytes);
  const inFlight = parseInFlightCount(parseJson(text));
  if (inFlight.count === 0) checkZero(text);
  return inFlight;
}

/** JSON rounds `1e-400` to zero, and of a field that stands twice it keeps the last: only a plain zero is one. */
function checkZero(text: string): void {
  const fields = jsonFields(text);
  for (const once of ['count', 'ids']) {
    if (fields.filter(({ name }) => name === once).length > 1) {
      throw new TypeError(`${once} must stand once, got it twice`);
    }
  }
  if (fields.some(({ name, value }) => name === 'count' && !ZERO.test(value))) {
    throw new TypeError('count must be an integer of 0 or more, got a fraction');
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new TypeError('the body is not UTF-8');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (text === '') throw new TypeError('the body is empty');
    const shown = withoutUrlSecrets(text);
    const excerpt = shown.length > EXCERPT_LENGTH ? `${shown.slice(0, EXCERPT_LENGTH)}…` : shown;
    throw new TypeError(`the body is not JSON: ${JSON.stringify(excerpt)}`);
  }
}
