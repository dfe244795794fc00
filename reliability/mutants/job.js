import { mutants } from './options.js';

export default mutants({
  vitest: 'reliability/mutants/vitest.job.ts',
  mutate: ['packages/job/src/{plan,report,run,text}/*.ts'],
});
