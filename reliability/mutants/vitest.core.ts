import { testsIn } from './vitest.ts';

// Without the gate's laws, which take seconds for each mutant.
export default testsIn('packages/core/src', ['wait/gate-laws.test.ts']);
