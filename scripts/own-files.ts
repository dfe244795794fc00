import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/**
 * Leaves what is imported later, by `import('./name.ts')`, in a file of its own beside the bundle, `name.js`, which has to be an
 * entry. In one file with the rest it would keep esbuild from leaving out what is not used.
 */
export const ownFiles: Plugin = {
  name: 'own-files',
  setup(build) {
    build.onResolve({ filter: /^\.\/.*\.ts$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: path.replace(/\.ts$/, '.js'), external: true } : undefined,
    );
  },
};
