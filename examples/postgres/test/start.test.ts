import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { start } from '@quietgate/testkit/processes';
import { expect, inject, onTestFinished, test } from 'vitest';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

test('the command ends with 1 when a replica cannot start, and says why', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { ended } = start(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), file('../src/start.ts')],
    {
      DATABASE_URL: inject('DATABASE_URL'),
      PORT: String(port),
      TSX_TSCONFIG_PATH: file('../../../tsconfig.json'),
    },
  );
  const { status, stderr } = await ended;
  expect(status).toBe(1);
  expect(stderr).toMatch(/EADDRINUSE: address already in use 127\.0\.0\.1:\d+/);
});
