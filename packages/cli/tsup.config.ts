import { writeFileSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';
// By path: tsup leaves what is imported by name to Node, which does not read TypeScript.
import { bundle } from '../../scripts/bundle.ts';
import { ownFiles } from '../../scripts/own-files.ts';

/** Node loads it in half the time that modules take. */
const commonJs: Options = { format: ['cjs'], outExtension: () => ({ js: '.js' }) };

/** A program of its own: everything is bundled, so that `npx` installs one small package and starts at once. */
export default defineConfig([
  {
    ...bundle,
    ...commonJs,
    // The others are what most deploys do not need.
    entry: [
      'src/main.ts',
      '../job/src/check/run-check.ts',
      '../job/src/network/tunnel.ts',
      '../job/src/run/live-reporter.ts',
      '../job/src/run/run-command.ts',
    ],
    esbuildPlugins: [...(bundle.esbuildPlugins ?? []), ownFiles],
    esbuildOptions(options) {
      options.supported = { 'dynamic-import': false }; // but `require`, which needs no loader of modules
      options.entryNames = '[name]';
    },
    // The package's sources are modules.
    onSuccess: () => {
      writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');
      return Promise.resolve();
    },
  },
  // The first file says so when Node is too old, and so has to be read by old ones.
  { ...commonJs, entry: ['src/bin.ts'], target: 'node14', external: ['./main.js'] },
]);
