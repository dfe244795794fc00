import { mutants } from './options.js';

export default mutants({
  vitest: 'reliability/mutants/vitest.network.ts',
  mutate: ['packages/job/src/network/*.ts'],
});
