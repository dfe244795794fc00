import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Package names lead to their sources: tests need no build. */
export const alias = [
  { find: /^@quietgate\/core$/, replacement: source('packages/core/src/index.ts') },
  { find: /^@quietgate\/core\/(\w+)$/, replacement: source('packages/core/src/$1.ts') },
  { find: /^@quietgate\/postgres$/, replacement: source('packages/postgres/src/index.ts') },
  { find: /^@quietgate\/job$/, replacement: source('packages/job/src/index.ts') },
  {
    find: /^@quietgate\/http-adapters\/contract\/([\w-]+)$/, // for tests alone, and so exported by no package
    replacement: source('packages/http-adapters/contract/$1.ts'),
  },
  { find: /^@quietgate\/http-adapters\/(\w+)$/, replacement: source('packages/http-adapters/src/$1.ts') },
];

const project = (
  name: string,
  root: string,
  { exclude = [], ...more }: { exclude?: string[]; [option: string]: unknown } = {},
) => ({
  resolve: { alias },
  logLevel: 'error' as const, // some packages point to sourcemaps that they do not hold
  test: {
    testTimeout: 60_000 * Number(process.env['PROPERTY_RUNS_FACTOR'] ?? 1), // a busy machine gets its time
    isolate: false, // a process for each file took a third of the time
    ...more,
    name,
    root: source(root),
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.stryker-tmp/**', ...exclude],
    setupFiles: source('packages/testkit/src/property-runs.ts'),
  },
});

/** For tests that start processes from a bundle: it is built before they run. */
const bundled = { globalSetup: ['test/support/build.ts'] };

export default defineConfig({
  test: {
    maxWorkers: availableParallelism() + 2, // some tests wait, but each process imports its project anew
    projects: [
      project('core', 'packages/core'),
      project('http-adapters', 'packages/http-adapters'),
      project('job', 'packages/job'),
      project('cli', 'packages/cli', bundled),
      project('action', 'packages/action', bundled),
      // The parser of workflows imports JSON in a way that only a bundler understands.
      project('examples', 'examples', {
        server: { deps: { inline: [/@actions/] } },
      }),
      project('postgres', 'packages/postgres', { globalSetup: ['test/cluster.ts'] }),
      project('readme', 'scripts'),
    ],
  },
});
