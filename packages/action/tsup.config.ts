import { defineConfig } from 'tsup';
// By path: tsup leaves what is imported by name to Node, which does not read TypeScript.
import { bundle } from '../../scripts/bundle.ts';

/** A file with everything in it for each end of the job: a runner installs nothing. */
export default defineConfig({
  ...bundle,
  entry: { index: 'src/main.ts', post: 'src/post.ts' },
  format: ['cjs'], // as ESM, the CommonJS among the dependencies would ask for `require` in vain
});
