import { mutants } from './options.js';

export default mutants({
  vitest: 'reliability/mutants/vitest.http-adapters.ts',
  mutate: ['packages/http-adapters/src/*.ts', '!packages/http-adapters/src/adapter-contract.ts'],
});
