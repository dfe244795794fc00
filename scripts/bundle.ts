import type { Options } from 'tsup';
import { leftOut } from './left-out.ts';
import { thirdPartyLicenses } from './third-party-licenses.ts';

/** How the command line and the action are built: all that they need is in them, and nothing that they do not. */
export const bundle: Options = {
  target: 'node20',
  clean: true,
  noExternal: [/./],
  minify: true,
  esbuildPlugins: [thirdPartyLicenses, leftOut],
};
