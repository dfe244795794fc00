import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { findFreePort } from './find-free-port.ts';
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
  const address = `127.0.0.1:${await findFreePort()}`;
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

function hasNginx(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore', env: { PATH } });
    return true;
  } catch {
    return false;
  }
}
