import { start } from '@quietgate/testkit/processes';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const COMPILER = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const PROJECT = fileURLToPath(new URL('../tsconfig.types.json', import.meta.url));

// It takes the compiler some seconds of work, and a busy machine many more.
it('the compiler accepts the type tests of every package', { timeout: 600_000 }, async () => {
  const { ended } = start(process.execPath, [COMPILER, '--project', PROJECT]);
  expect(await ended).toEqual({ status: 0, stdout: '', stderr: '' });
});
