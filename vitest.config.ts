import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Package names lead to their sources: tests need no build. */
export const alias = [
  { find: /^@quietgate\/core$/, replacement: source('packages/core/src/index.ts') },
  { find: /^@quietgate\/core\/testing$/, replacement: source('packages/core/src/testing.ts') },
  { find: /^@quietgate\/http-adapters\/(\w+)$/, replacement: source('packages/http-adapters/src/$1.ts') },
];

const project = (name: string, root: string) => ({
  resolve: { alias },
  test: {
    name,
    root: source(root),
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.stryker-tmp/**'],
    setupFiles: source('packages/core/test/property-runs.ts'),
    typecheck: { enabled: true, include: ['**/*.test-d.ts'], tsconfig: source('tsconfig.json') },
  },
});

export default defineConfig({
  test: {
    projects: [
      project('core', 'packages/core'),
      project('http-adapters', 'packages/http-adapters'),
      project('examples', 'examples'),
      project('readme', 'scripts'),
      project('reliability', 'reliability'),
    ],
  },
});
