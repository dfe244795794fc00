import type { Options } from 'tsup';

/** How every library of the workspace is built. ESM only: each supported Node can `require()` it as well. */
export const libraryBuild: Options = {
  format: ['esm'],
  target: 'node20',
  // Each entry is one file: `require()` of an entry fails on a chunk of it under Yarn's Plug'n'Play.
  splitting: false,
  // tsup's declaration step still sets an option that TypeScript 6 calls deprecated.
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  sourcemap: true,
  clean: true,
};
