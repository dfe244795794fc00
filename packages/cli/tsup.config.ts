import { defineConfig } from 'tsup';
import { thirdPartyLicenses } from '../../scripts/third-party-licenses.ts';
import { leftOut } from '../../scripts/left-out.ts';

/** A program of its own: everything is bundled, so that `npx` installs one small package and starts at once. */
export default defineConfig({
  entry: ['src/bin.ts'],
  format: ['esm'],
  target: 'node20',
  clean: true,
  splitting: true, // what only a proxy needs stays in a file of its own
  noExternal: [/./],
  minifyWhitespace: true,
  esbuildPlugins: [thirdPartyLicenses, leftOut],
  // follow-redirects is CommonJS and asks for Node's modules by `require`.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});
