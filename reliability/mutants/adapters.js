import { mutants } from './options.js';

export default mutants({
  vitest: 'reliability/mutants/vitest.adapters.ts',
  mutate: ['packages/http-adapters/src/{express,fastify,fetch,node,wire-schema}.ts'],
});
