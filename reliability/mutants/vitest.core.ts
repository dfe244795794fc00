import { testsIn } from './vitest.ts';

// Without the gate's laws, which take seconds for each mutant.
export default testsIn('packages/core/src', { exclude: ['wait/gate-laws.test.ts'] });
