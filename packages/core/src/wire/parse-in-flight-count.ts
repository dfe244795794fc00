import type { InFlightCount } from '../deployment.ts';

/**
 * Reads the endpoint's answer, already decoded from JSON: `{ count, ids }`. A missing `ids` is `[]`, its length
 * need not equal `count`, and other fields are dropped.
 *
 * Never guesses: whatever is not the wire format is an error and not a zero.
 *
 * @throws TypeError that says what was found and what was expected
 */
export function parseInFlightCount(body: unknown): InFlightCount {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new TypeError(`expected an object with a count, got ${describe(body)}`);
  }
  const { count, ids = [] } = body as { count?: unknown; ids?: unknown };
  if (!isCount(count)) {
    throw new TypeError(`count must be an integer of 0 or more, got ${describe(count)}`);
  }
  if (!Array.isArray(ids)) {
    throw new TypeError(`ids must be an array of strings, got ${describe(ids)}`);
  }
  return {
    count: count + 0, // -0 becomes 0
    ids: Array.from(ids, (id: unknown, index) => {
      if (typeof id !== 'string') throw new TypeError(`ids[${index}] must be a string, got ${describe(id)}`);
      return id;
    }),
  };
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
