import type { InFlightCount } from '../deployment.ts';
import { describeJson } from './describe-json.ts';

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
