import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** For mutation testing: in a copy of this folder, and without the gate's laws, which take seconds for each mutant. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@quietgate\/core$/, replacement: source('src/index.ts') },
      { find: /^@quietgate\/core\/testing$/, replacement: source('src/testing.ts') },
    ],
  },
  test: {
    setupFiles: source('test/property-runs.ts'),
    include: ['src/**/*.test.ts'],
    exclude: ['src/wait/gate-laws.test.ts'],
    isolate: false,
  },
});
