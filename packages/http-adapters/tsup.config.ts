import { defineConfig } from 'tsup';
import { libraryBuild } from '../../tsup.base.ts';

export default defineConfig({
  ...libraryBuild,
  entry: ['src/express.ts', 'src/fastify.ts', 'src/fetch.ts', 'src/node.ts'],
});
