import { defineConfig } from 'tsup';
// By path: tsup leaves what is imported by name to Node, which does not read TypeScript.
import { bundle } from '../../scripts/bundle.ts';

/** A program of its own: everything is bundled, so that `npx` installs one small package and starts at once. */
export default defineConfig([
  {
    ...bundle,
    entry: ['src/main.ts'],
    format: ['esm'],
    splitting: true, // what only a proxy or a terminal needs stays in a file of its own
  },
  // The first file says so when Node is too old, and so has to be read by old ones.
  { entry: ['src/bin.ts'], format: ['esm'], target: 'node14', external: ['./main.js'], splitting: false },
]);
