import { bundled } from '@quietgate/testkit/bundled';
import { start } from '@quietgate/testkit/processes';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { it, vi } from 'vitest';

it('ends the servers of tests that were killed, and removes what they wrote', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quietgate-killed-'));
  const program = await bundled(fileURLToPath(new URL('killed.ts', import.meta.url)));
  const tests = start(process.execPath, [program, folder]);
  await tests.saw('started');
  tests.kill('SIGKILL');
  await tests.ended; // once the server has, too
  await vi.waitUntil(() => !existsSync(folder), { timeout: 60_000 });
});
