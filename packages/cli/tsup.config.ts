import { defineConfig } from 'tsup';
// By path: tsup leaves what is imported by name to Node, which does not read TypeScript.
import { bundle } from '../../scripts/bundle.ts';

/** A program of its own: everything is bundled, so that `npx` installs one small package and starts at once. */
export default defineConfig({
  ...bundle,
  entry: ['src/bin.ts'],
  format: ['esm'],
  splitting: true, // what only a proxy needs stays in a file of its own
});
