import { mutants } from './options.js';

export default mutants({
  vitest: 'reliability/mutants/vitest.core.ts',
  mutate: ['packages/core/src/**/*.ts'],
});
