import { mutants } from './options.js';

export default mutants({
  vitest: 'reliability/mutants/vitest.core.ts',
  // Not how long the virtual clock waits for real work: that is a matter of taste, which no test may time.
  mutate: ['packages/core/src/**/*.ts', '!packages/core/src/testing/real-work.ts'],
});
