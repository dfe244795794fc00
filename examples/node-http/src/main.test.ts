import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundled } from '@quietgate/testkit/bundled';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDeploymentStore } from './deployment-store.ts';
import type { ServerEnvironment, ServerProcess } from './server-process.ts';
import { NODE_HTTP_SERVER, startServer } from './server-process.ts';

const SEED = fileURLToPath(new URL('../seed/', import.meta.url));
const LIMIT = { timeout: 60_000 };
/** A pace at which nothing gets on while a test looks. */
const STILL = { STEP_MS: '3600000' };

const entry = await bundled(NODE_HTTP_SERVER);

let directory: string;
let servers: ServerProcess[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'server-'));
  servers = [];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.end('SIGKILL')));
  await rm(directory, { recursive: true });
});

async function start(environment: ServerEnvironment): Promise<ServerProcess> {
  const server = await startServer(entry, { DATA_DIR: directory, PORT: '0', ...environment });
  servers.push(server);
  return server;
}

const inFlight = async ({ url }: ServerProcess) =>
  (await fetch(`${url}/api/v1/deployments/in-flight-count`)).text();

async function post({ url }: ServerProcess, name: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/deployments`, {
    method: 'POST',
    body: JSON.stringify({ name }),
  });
  return ((await response.json()) as { id: string }).id;
}

const readRecords = () => createDeploymentStore(directory, () => undefined).list();

const untilStatus = (id: string, status: string) =>
  vi.waitUntil(
    async () => (await readRecords()).find((record) => record.id === id && record.status === status),
    LIMIT,
  );

async function contents() {
  const names = (await readdir(directory)).sort();
  return Promise.all(
    names.map(async (name) => [name, await readFile(join(directory, name), 'latin1')] as const),
  );
}

describe('the server', () => {
  it('answers with the four seed records in flight, and nothing but their ids', async () => {
    const answer =
      '{"count":4,"ids":["62de4745b783a6e3","65cd3375ad921eaf","8212b8573c38b3fc","bcc7cc2317f9633e"]}';
    expect(await inFlight(await start({}))).toBe(answer);
    expect(await readFile(new URL('../README.md', import.meta.url), 'utf8')).toContain(answer);
  });

  it('walks a run to ready', async () => {
    const server = await start({ SEED: 'no', STEP_MS: '1' });
    const id = await post(server, 't13');
    await untilStatus(id, 'ready');
    expect(await inFlight(server)).toBe('{"count":0,"ids":[]}');
    expect(await readdir(directory)).toEqual([`${id}.json`]);
  });

  it('dies at once on SIGTERM, and fails the run when it starts again', async () => {
    const server = await start({ SEED: 'no', ...STILL });
    const id = await post(server, 't13');
    expect(await server.end('SIGTERM')).toBe('SIGTERM');
    expect(await readRecords()).toMatchObject([{ id, status: 'pending' }]);

    const next = await start({ SEED: 'no', ...STILL });
    expect(await inFlight(next)).toBe('{"count":0,"ids":[]}');
    expect(await readRecords()).toMatchObject([
      {
        id,
        status: 'failed',
        error: expect.stringContaining(`catalyst-deployment-id=${id} are orphans`) as string,
      },
    ]);
  });

  it('resumes Phase 1 when it starts again', async () => {
    await cp(join(SEED, '6e9001479f5c76fd.json'), join(directory, '6e9001479f5c76fd.json'));
    await start({ STEP_MS: '1' });
    const record = await untilStatus('6e9001479f5c76fd', 'ready');
    expect(record).toMatchObject({ pdmReservationToken: 'rsv-t09' });
  });

  it('leaves damaged and foreign files as they are, to the byte, and names them', async () => {
    await cp(SEED, directory, { recursive: true });
    await writeFile(join(directory, '.notes.tmp'), 'mine');
    const damaged = ['.notes.tmp', '3aa65cb3c3f7351d.json', 'a992587e4544c66c.json'];
    const isDamaged = ([name]: readonly [string, string]) => damaged.includes(name);
    const before = (await contents()).filter(isDamaged);
    const server = await start({ STEP_MS: '1' });
    await untilStatus(await post(server, 't30'), 'ready');
    expect((await contents()).filter(isDamaged)).toEqual(before);
    for (const name of damaged.slice(1)) expect(server.output().split(`${name}":`)).toHaveLength(2);
  });

  it('says so when its port is in use, and touches no record', async () => {
    const first = await start({ SEED: 'no', ...STILL });
    await post(first, 't13');
    const before = await contents();
    const { port } = new URL(first.url);
    await expect(start({ PORT: port })).rejects.toThrow(
      `ended with 1 before it listened:\nport ${port} is in use: stop what listens there, or set PORT to another (0 takes any free one)\n`,
    );
    expect(await contents()).toEqual(before);
    expect(JSON.parse(await inFlight(first))).toMatchObject({ count: 1 });
  });

  it('says so when the machine has no such address', async () => {
    await expect(start({ HOST: '203.0.113.1' })).rejects.toThrow(
      /ended with 1 before it listened:\nthis machine has no such address: set HOST to one that it has \(.*203\.0\.113\.1.*\)\n$/,
    );
  });

  it('writes the address of IPv6 in brackets', async ({ skip }) => {
    const addresses = Object.values(networkInterfaces()).flatMap((addressesOf) => addressesOf ?? []);
    skip(!addresses.some(({ address }) => address === '::1'), 'this machine has no loopback of IPv6');
    const server = await start({ HOST: '::1', ...STILL });
    expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect(JSON.parse(await inFlight(server))).toMatchObject({ count: 4 });
  });

  it('says what is wrong with its environment', async () => {
    await expect(start({ PORT: 'http' })).rejects.toThrow(
      'ended with 1 before it listened:\nPORT must be an integer from 0 to 65535, got "http"\n',
    );
  });

  it('says so when its directory cannot be used', async () => {
    await expect(start({ DATA_DIR: join(SEED, '3aa65cb3c3f7351d.json') })).rejects.toThrow(
      /ended with 1 before it listened:\nDATA_DIR .*3aa65cb3c3f7351d\.json cannot be used: .*EEXIST/,
    );
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('takes its temporary directory along on %s', async (signal) => {
    const server = await start({ DATA_DIR: '' });
    const temporary = /^4 in flight in (.+)$/m.exec(server.output())?.[1] ?? '';
    expect(await readdir(temporary)).toHaveLength(16);
    expect(await server.end(signal)).toBe(signal);
    await expect(readdir(temporary)).rejects.toThrow('ENOENT');
  });

  it('starts with `pnpm start`, as the README says', async () => {
    const { scripts } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
      scripts: { start: string };
    };
    const [command = '', ...args] = scripts.start.split(' ');
    const child = spawn(command === 'node' ? process.execPath : command, args, {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, DATA_DIR: directory, PORT: '0' },
    });
    const closed = once(child, 'close');
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    try {
      await vi.waitUntil(() => output.includes('listening'), LIMIT);
    } finally {
      child.kill('SIGKILL');
      await closed;
    }
  });
});
