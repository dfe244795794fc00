import { mutants } from './options.js';

export default mutants({
  vitest: 'reliability/mutants/vitest.adapters.ts',
  mutate: ['packages/http-adapters/src/{*,mount/*,endpoint/response-schemas}.ts'],
});
