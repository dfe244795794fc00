import { fc, test } from '@quietgate/testkit/property';
import { describe, expect } from 'vitest';
import { PlainHeaders } from './plain-headers.ts';

const nameArb = fc.oneof(
  fc.constantFrom('accept', 'Accept', 'x-api-key', 'X-API-Key', 'age', '', 'a b', 'a:b', 'é', '__proto__'),
  fc.string({ maxLength: 3 }),
);
const valueArb = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom(' ', '\t', '\r', '\n', '\0', 'a', ',', 'é', '€') }),
);
const pairsArb = fc.array(fc.tuple(nameArb, valueArb).filter(([name]) => !/^set-cookie$/i.test(name)));

/** What a kind of headers makes of the same pairs: the list, what a name is asked for, or that it is an error. */
function seen(Kind: typeof Headers | typeof PlainHeaders, pairs: [string, string][], last: [string, string]) {
  try {
    const headers = new Kind(pairs);
    const before = pairs.map(([name]) => [headers.has(name), headers.get(name.toUpperCase())]);
    headers.set(...last);
    return { before, after: [...headers] };
  } catch (error) {
    return (error as Error).constructor;
  }
}

describe('plain headers', () => {
  test.prop([pairsArb, fc.tuple(nameArb, valueArb)])('are what Headers makes of the same', (pairs, last) => {
    expect(seen(PlainHeaders, pairs, last)).toEqual(seen(Headers, pairs, last));
  });
});
