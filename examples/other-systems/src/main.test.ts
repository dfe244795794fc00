import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bundled } from '@quietgate/testkit/bundled';
import { endpoint, json, portOfItsOwn } from '@quietgate/testkit/endpoint';
import { heldClock } from '@quietgate/testkit/held-clock';
import { type Env, type Running, start } from '@quietgate/testkit/processes';
import { codeBlocks } from '@quietgate/testkit/readme';
import { Queue, Worker } from 'bullmq';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ATLANTIS_STATUSES } from './answers.ts';

const program = await bundled(fileURLToPath(new URL('main.ts', import.meta.url)));
const run = (args: string[], env: Env = {}): Running => start(process.execPath, [program, ...args], env);

it('shows what the README says', async () => {
  const blocks = codeBlocks(new URL('../README.md', import.meta.url));
  const printed = blocks.find(({ info }) => info === 'text')?.code;
  expect(await run([]).ended).toEqual({ status: 0, stdout: printed, stderr: '' });
});

it('waits for an Atlantis', async () => {
  const { url } = await endpoint(...ATLANTIS_STATUSES.map(json));
  const clock = await heldClock();
  const atlantis = run([url], clock.env);
  await atlantis.saw('waiting, 2 in flight');
  await clock.advance(20_000);
  await atlantis.saw('waiting, 1 in flight');
  await clock.advance(20_000);
  const { status, stdout } = await atlantis.ended;
  expect(stdout).toMatch(/waiting, 1 in flight\nAtlantis: quiet\n$/);
  expect(status).toBe(0);
});

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

it.skipIf(!hasRedis)('waits for the workers of a real queue, where a redis-server is installed', async () => {
  const connection = { url: await redis() };
  const queue = new Queue('provision', { connection });
  await queue.add('t13', {}, { jobId: 't13' });
  await queue.add('t17', {}, { jobId: 't17', delay: 3_600_000 });
  let finish: () => void = () => undefined;
  const job = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const worker = new Worker('provision', () => job, { connection });
  onTestFinished(async () => {
    await worker.close(true);
    await queue.close();
  });
  await once(worker, 'active');

  const clock = await heldClock();
  const gate = run([connection.url], clock.env);
  await gate.saw('waiting, 1 in flight');
  finish();
  await once(worker, 'completed');
  await clock.advance(20_000);
  const { status, stdout } = await gate.ended;
  expect(stdout).toBe("BullMQ's provision: waiting, 1 in flight\nBullMQ's provision: quiet\n");
  expect(status).toBe(0);
});

it.skipIf(!hasRedis)('refuses a queue that nobody works on', async () => {
  expect(await run([await redis(), 'misspelt']).ended).toEqual({
    status: 2,
    stdout: '',
    stderr: 'misspelt: the queue has no worker: look at its name and its prefix\n',
  });
});

/** Starts a Redis that writes nothing to disk, until the test ends. */
async function redis(): Promise<string> {
  const port = await portOfItsOwn();
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '']);
  onTestFinished(() => void server.kill('SIGKILL'));
  let log = '';
  server.stdout.setEncoding('utf8').on('data', (text: string) => (log += text));
  await vi.waitUntil(() => log.includes('Ready to accept connections'), { timeout: 60_000 });
  return `redis://127.0.0.1:${port}`;
}
