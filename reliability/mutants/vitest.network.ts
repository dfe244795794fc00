import { testsIn } from './vitest.ts';

export default testsIn('packages/job', {
  include: ['src/network/*.test.ts', 'test/{network,redirects,bodies,proxies}.test.ts'],
});
