import { mutants } from './options.js';

export default mutants({
  vitest: 'reliability/mutants/vitest.handler.ts',
  mutate: ['packages/http-adapters/src/{endpoint,listing}/*.ts', '!**/endpoint/response-schemas.ts'],
});
