import { mutants } from './options.js';

export default mutants({
  vitest: 'reliability/mutants/vitest.check.ts',
  mutate: ['packages/job/src/check/*.ts'],
});
