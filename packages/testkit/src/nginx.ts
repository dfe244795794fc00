import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { start } from './processes.ts';

/** Where Debian and others put it, which is on no user's PATH. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`;

/** Why a test behind nginx is skipped, or `undefined` when it can run. */
export const noNginx: string | undefined = hasNginx() ? undefined : 'needs nginx';

/**
 * Puts nginx in front of the server at `port`, with these directives for it, and others for all servers. Stopped when
 * the test ends.
 *
 * @returns its URL
 */
export async function nginx(port: number, directives: string, forAll = ''): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'quietgate-nginx-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const address = `127.0.0.1:${await freePort()}`;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  // One process, so that its end is the end of all of it.
  const config = `daemon off; master_process off; pid ${folder}/pid; error_log stderr notice; events {}
    http {
      access_log off; ${temporary.join(' ')} ${forAll}
      server { listen ${address}; location / { proxy_pass http://127.0.0.1:${port}; ${directives} } }
    }`;
  writeFileSync(join(folder, 'nginx.conf'), config);
  const { saw } = start('nginx', ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')], { PATH });
  await saw('getrlimit'); // it listens by then
  return `http://${address}`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function hasNginx(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore', env: { PATH } });
    return true;
  } catch {
    return false;
  }
}
