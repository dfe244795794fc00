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
