import { testsIn } from './vitest.ts';

// Without the adapters, which take longer to be checked and show nothing more.
export default testsIn('packages/job', { include: ['src/check/*.test.ts', 'test/check/check.test.ts'] });
