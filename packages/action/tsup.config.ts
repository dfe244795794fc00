import { defineConfig } from 'tsup';
import { bundle } from '../../scripts/bundle.ts';

/** One file with everything in it: a runner installs nothing. */
export default defineConfig({
  ...bundle,
  entry: { index: 'src/main.ts' },
  format: ['cjs'], // as ESM, the CommonJS among the dependencies would ask for `require` in vain
});
