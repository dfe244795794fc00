import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Package names lead to their sources: tests need no build. */
export const alias = [
  { find: /^@quietgate\/core$/, replacement: source('packages/core/src/index.ts') },
  { find: /^@quietgate\/core\/testing$/, replacement: source('packages/core/src/testing.ts') },
  { find: /^@quietgate\/http-adapters\/(\w+)$/, replacement: source('packages/http-adapters/src/$1.ts') },
];

const project = (name: string, root: string, more: object = {}) => ({
  resolve: { alias },
  test: {
    testTimeout: 20_000 * Number(process.env['PROPERTY_RUNS_FACTOR'] ?? 1),
    ...more,
    name,
    root: source(root),
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.stryker-tmp/**'],
    setupFiles: source('packages/core/test/property-runs.ts'),
    typecheck: { enabled: true, include: ['**/*.test-d.ts'], tsconfig: source('tsconfig.json') },
  },
});

/** For tests that start processes from a bundle: it is built before they run, and a busy machine gets its time. */
const processes = { globalSetup: ['test/support/build.ts'], testTimeout: 60_000 };

export default defineConfig({
  test: {
    projects: [
      project('core', 'packages/core'),
      project('http-adapters', 'packages/http-adapters'),
      project('cli', 'packages/cli', processes),
      project('action', 'packages/action', processes),
      // The parser of workflows imports JSON in a way that only a bundler understands.
      project('examples', 'examples', { server: { deps: { inline: [/@actions/] } }, testTimeout: 60_000 }),
      project('readme', 'scripts'),
      project('reliability', 'reliability'),
    ],
  },
});
