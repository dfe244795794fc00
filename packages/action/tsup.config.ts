import { defineConfig } from 'tsup';
import { thirdPartyLicenses } from '../../scripts/third-party-licenses.ts';
import { leftOut } from '../../scripts/left-out.ts';

/** One file with everything in it: a runner installs nothing. */
export default defineConfig({
  entry: { index: 'src/main.ts' },
  format: ['cjs'], // as ESM, the CommonJS among the dependencies would ask for `require` in vain
  target: 'node20',
  clean: true,
  noExternal: [/./],
  minifyWhitespace: true,
  esbuildPlugins: [thirdPartyLicenses, leftOut],
});
