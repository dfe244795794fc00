import { testsIn } from './vitest.ts';

// Its own tests, and the contract of all adapters by way of the one that does the least.
export default testsIn('packages/http-adapters/src', {
  include: ['{endpoint,listing}/*.test.ts', 'fetch.test.ts'],
});
