import { CORDON_PATH, IN_FLIGHT_COUNT_PATH as PATH, QUIET_PATH } from '@quietgate/core';
import { build } from 'esbuild';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

// It has no types: its default export is the path of its binary.
const { default: workerd } = createRequire(import.meta.url)('workerd') as { default: string };

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const CONFIG = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker", esModule = embed "worker.mjs")],
    compatibilityDate = "2026-01-01",
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);`;

let directory: string;
let runtime: ChildProcess;
let url: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'workers-'));
  await build({
    entryPoints: [here('worker.ts')],
    outfile: join(directory, 'worker.mjs'),
    bundle: true,
    format: 'esm',
    alias: {
      '@quietgate/core': here('../../core/src/index.ts'),
      '@quietgate/core/internal': here('../../core/src/internal.ts'),
      '@quietgate/http-adapters/fetch': here('../src/fetch.ts'),
    },
  });
  await writeFile(join(directory, 'config.capnp'), CONFIG);
  const args = ['serve', 'config.capnp', '--control-fd=3'];
  runtime = spawn(workerd, args, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  url = `http://127.0.0.1:${await portOf(runtime)}`;
});

afterAll(async () => {
  const ended = once(runtime, 'close');
  runtime.kill('SIGKILL');
  await ended;
  await rm(directory, { recursive: true });
});

/** What it says about the socket that it listens on. */
async function portOf({ stdio: [, , errors, control] }: ChildProcess): Promise<number> {
  if (!errors || !control) throw new Error('the pipes are missing');
  const failed = text(errors as NodeJS.ReadableStream).then((message) => {
    throw new Error(`workerd ended: ${message}`);
  });
  failed.catch(() => undefined);
  const listening = once(control, 'data').then(([line]) => JSON.parse(String(line)) as { port: number });
  return (await Promise.race([listening, failed])).port;
}

/** A busy machine gets its time. */
const WAIT = { timeout: 30_000 };

const BUSY = '{"count":1,"ids":["a"]}';

const ask = async (path = PATH, headers: Record<string, string> = {}, signal?: AbortSignal) => {
  const response = await fetch(url + path, { headers, ...(signal && { signal }) });
  return { status: response.status, body: await response.text(), headers: response.headers };
};

/** How many listings have begun. */
const began = async (path = '/began') => Number((await ask(path)).body);

test('requests that overlap are each answered by a listing of their own', async () => {
  const before = await began('/hold');
  const asked = Array.from({ length: 20 }, () => ask());
  await vi.waitFor(async () => {
    expect(await began()).toBe(before + 20);
  }, WAIT);
  await began('/release');
  expect((await Promise.all(asked)).map(({ body }) => body)).toEqual(Array(20).fill(BUSY));
});

test('requests that are cancelled change nothing for those who stay, and for later ones', async () => {
  for (let round = 0; round < 3; round++) {
    const before = await began('/hold');
    const client = new AbortController();
    const leaving = Array.from({ length: 5 }, () => ask(PATH, { Prefer: 'wait=20' }, client.signal));
    const left = Promise.allSettled(leaving);
    const staying = [ask(), ask(QUIET_PATH), ask(PATH, { Prefer: 'wait=20' })];
    await vi.waitFor(async () => {
      expect(await began()).toBe(before + 8);
    }, WAIT);
    client.abort();
    expect((await left).map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    const late = ask();
    await began('/release');
    expect((await Promise.all(staying)).map(({ status }) => status)).toEqual([200, 503, 200]);
    expect((await late).body).toBe(BUSY);
  }
});

test('nobody is held: a long poll is answered at once, and learns that none was applied', async () => {
  const asked = await Promise.all([ask(PATH, { Prefer: 'wait=3600' }), ask(PATH, { Prefer: 'wait=3600' })]);
  expect(asked.map(({ body }) => body)).toEqual([BUSY, BUSY]);
  expect(asked.map(({ headers }) => headers.get('preference-applied'))).toEqual([null, null]);
});

test('tokens are checked for requests that overlap, and when the first of them is cancelled', async () => {
  const authorization = { Authorization: 'Bearer a-token-of-the-deploy-job' };
  const leave = new AbortController();
  const first = ask(CORDON_PATH, authorization, leave.signal);
  const others = Array.from({ length: 5 }, () => ask(CORDON_PATH, authorization));
  leave.abort();
  await expect(first).rejects.toThrow();
  for (const { body } of await Promise.all(others)) expect(body).toBe('{"seconds":0,"holders":[]}');
  expect((await ask(CORDON_PATH, { Authorization: 'Bearer another-token-of-it' })).status).toBe(401);
});

test('runs are counted, and refused while the cordon is up', async () => {
  expect((await ask('/begin')).status).toBe(204);
  const asked = Array.from({ length: 5 }, () => ask(`${PATH}?runs`, { Prefer: 'wait=20' }));
  for (const { body } of await Promise.all(asked)) expect(body).toBe('{"count":1,"ids":["begun"]}');
  const raised = await fetch(`${url}${CORDON_PATH}?holder=ci&seconds=20`, {
    method: 'PUT',
    headers: { Authorization: 'Bearer a-token-of-the-deploy-job' },
  });
  expect(raised.status).toBe(200);
  const refused = await ask('/begin');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '20']);
});
