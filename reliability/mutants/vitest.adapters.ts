import { testsIn } from './vitest.ts';

export default testsIn('packages/http-adapters/src', {
  exclude: ['readme.test.ts', 'module-graph.test.ts'],
});
