import * as fc from 'fast-check';
import { it } from 'vitest';

export { fc };

/**
 * `test.prop(arbitraries, parameters)(name, predicate)`: a test that holds for every input, as in
 * `@fast-check/vitest`, which takes two seconds to load for each file of tests. `pnpm test:deep` finds such tests by the
 * end of their names.
 */
export const test = {
  prop<T extends [unknown, ...unknown[]]>(
    arbitraries: { [Index in keyof T]: fc.Arbitrary<T[Index]> },
    parameters?: fc.Parameters<T>,
  ) {
    return (name: string, predicate: (...inputs: T) => unknown): void => {
      const property = fc.asyncProperty(...arbitraries, async (...inputs: T) => {
        await predicate(...inputs);
      });
      it(`${name} (property)`, () => fc.assert(property, parameters));
    };
  },
};

const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;

const characterArb = fc.nat(0x10ffff - SURROGATES).map(
  (index) => String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATES),
  (character) => {
    const code = typeof character === 'string' ? (character.codePointAt(0) ?? 0) : 0;
    if (character !== String.fromCodePoint(code)) throw new Error('not a character');
    return code < FIRST_SURROGATE ? code : code - SURROGATES;
  },
);

/**
 * The same strings as `fc.string({ unit: 'binary' })`, which takes half a second in each process to write down all the
 * characters that there are.
 */
export function unicodeString(
  lengths: { minLength?: number; maxLength?: number } = {},
): fc.Arbitrary<string> {
  return fc.string({ ...lengths, unit: characterArb });
}

const pathCharacterArb = fc.oneof(
  { weight: 10, arbitrary: fc.stringMatching(/^[\w.~!$&'()*+,;=:@-]$/) },
  { weight: 1, arbitrary: characterArb.map(encodeURIComponent) },
);

/** Paths such as those of `fc.webPath()`, which writes down all characters, too. */
export function webPath(): fc.Arbitrary<string> {
  const segmentArb = fc.string({ unit: pathCharacterArb });
  return fc.array(segmentArb).map((segments) => segments.map((segment) => `/${segment}`).join(''));
}

/** URLs such as those of `fc.webUrl()`. */
export function webUrl(): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom('http', 'https'), fc.domain(), webPath())
    .map(([scheme, host, path]) => `${scheme}://${host}${path}`);
}
