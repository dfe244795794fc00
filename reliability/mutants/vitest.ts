import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { alias } from '../../vitest.config.ts';

/** Tests of one folder, in one go: a mutant is tried in a process that has them loaded already. */
export const testsIn = (
  folder: string,
  { include = ['**/*.test.ts'], exclude = [] }: { include?: string[]; exclude?: string[] },
): ViteUserConfig =>
  defineConfig({
    resolve: { alias },
    test: {
      root: fileURLToPath(new URL(`../../${folder}`, import.meta.url)),
      include,
      exclude: ['**/node_modules/**', ...exclude],
      setupFiles: fileURLToPath(new URL('../../packages/testkit/src/property-runs.ts', import.meta.url)),
      testTimeout: 60_000,
      isolate: false,
      cache: false,
    },
  });
