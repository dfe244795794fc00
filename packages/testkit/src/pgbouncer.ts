import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithThisProcess } from './end-with-this-process.ts';
import { findFreePort } from './find-free-port.ts';

/** A pooler in front of a PostgreSQL server, which changes the connection after each transaction. */
export interface Pooler {
  /** The address of the database behind it. */
  readonly url: (database: string) => string;
  readonly stop: () => Promise<void>;
}

const PROGRAM = 'pgbouncer';

/** Whether pgbouncer is installed on this machine. */
export function hasPgbouncer(): boolean {
  return spawnSync(PROGRAM, ['--version'], { env: environment() }).status === 0;
}

/**
 * Starts pgbouncer in transaction mode.
 *
 * @param url the server behind it
 * @throws Error with what pgbouncer said, when it does not start
 */
export async function startPgbouncer(url: string): Promise<Pooler> {
  const { hostname, port, username, password } = new URL(url);
  const home = await mkdtemp(join(tmpdir(), 'quietgate-pgbouncer-'));
  await chmod(home, 0o755);
  const ownPort = await findFreePort();
  const config = join(home, 'pgbouncer.ini');
  await writeFile(
    config,
    `[databases]
* = host=${hostname} port=${port} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${ownPort}
unix_socket_dir =
auth_type = any
pool_mode = transaction
`,
  );
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []; // since it refuses to run as root
  const pooler = spawn(PROGRAM, [...user, config], {
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  endWithThisProcess(pooler, home);
  await untilItListens(pooler);
  return {
    url: (database) => `postgres://${username}@127.0.0.1:${ownPort}/${database}`,
    async stop() {
      const ended = once(pooler, 'close');
      pooler.kill('SIGKILL'); // it has nothing to save
      await ended;
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function untilItListens(pooler: ChildProcess): Promise<void> {
  let output = '';
  const listens = new Promise<void>((resolve) => {
    pooler.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('process up')) resolve();
    });
  });
  const failed = once(pooler, 'close').then((): never => {
    throw new Error(`pgbouncer failed:\n${output}`);
  });
  failed.catch(() => undefined);
  await Promise.race([listens, failed]);
}

/** Debian has it where only administrators look. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${String(process.env['PATH'])}:/usr/sbin` };
}
