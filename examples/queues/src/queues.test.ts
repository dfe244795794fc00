import { spawn, spawnSync } from 'node:child_process';
import { countInFlight, createRuns, type MemoryRuns, waitForQuiet } from '@quietgate/core';
import { type Cluster, startCluster } from '@quietgate/testkit/embedded-cluster';
import { findFreePort } from '@quietgate/testkit/find-free-port';
import { Logger } from 'graphile-worker';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startBullmq } from './bullmq.ts';
import type { Handlers, Started } from './dispatch.ts';
import { beginOnceDown } from './dispatch.ts';
import { startGraphileWorker } from './graphile-worker.ts';
import { startPgBoss } from './pg-boss.ts';

const LIMIT = { timeout: 60_000 };
const DRAIN = { maxWaitMs: 3_600_000 };
const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

let cluster: Cluster;
let redisUrl = '';
let stopRedis: () => void = () => undefined;

beforeAll(async () => {
  cluster = await startCluster();
  if (!hasRedis) return;
  const port = await findFreePort();
  const redis = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '']);
  stopRedis = () => void redis.kill('SIGKILL');
  for await (const text of redis.stdout) if (String(text).includes('Ready to accept connections')) break;
  redisUrl = `redis://127.0.0.1:${port}`;
}, 300_000);

afterAll(async () => {
  stopRedis();
  await cluster.stop();
});

/** Jobs that last until the test ends them: what began, and the means to go on. */
function createJobs() {
  const begun: string[] = [];
  const go = new Map<string, () => void>();
  const addSteps = new Map<string, (name: string) => Promise<void>>();
  const handlers: Handlers = {
    async job(id, addStep) {
      begun.push(id);
      addSteps.set(id, addStep);
      await new Promise<void>((resolve) => go.set(id, resolve));
    },
    // The last step of a job is what it waits for.
    step(name) {
      go.get(name)?.();
      return Promise.resolve();
    },
  };
  return {
    begun,
    handlers,
    end: (id: string) => go.get(id)?.(),
    addStep: (id: string) => addSteps.get(id)?.(id),
  };
}

/** Graphile Worker logs each job. */
const noInfo = new Logger(() => (level, message) => {
  if (!['info', 'debug'].includes(level)) console.error(message);
});

/** The same runs, whose cordon comes up untold; says when somebody is about to pass it. */
function withoutNews(runs: MemoryRuns, askedForDoor: () => void): MemoryRuns {
  const { begin, cordon } = runs;
  const tell =
    <A extends unknown[], R>(work: (...given: A) => R) =>
    (...given: A) => {
      askedForDoor();
      return work(...given);
    };
  return Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(runs),
      begin: { value: tell(begin) },
      cordon: { value: { ...cordon, down: tell(cordon.down), subscribe: () => () => undefined } },
    },
  ) as MemoryRuns;
}

type Start = (runs: MemoryRuns, handlers: Handlers) => Started | Promise<Started>;

const QUEUES: readonly { name: string; isThere: boolean; start: Start }[] = [
  {
    name: 'BullMQ',
    isThere: hasRedis,
    start: (...of) => startBullmq({ url: redisUrl, maxRetriesPerRequest: null }, ...of),
  },
  { name: 'pg-boss', isThere: true, start: (...of) => startPgBoss(cluster.url, ...of) },
  {
    name: 'Graphile Worker',
    isThere: true,
    start: (...of) => startGraphileWorker(cluster.url, ...of, noInfo),
  },
];

for (const { name, isThere, start } of QUEUES) {
  describe.skipIf(!isThere)(`workers of ${name}`, () => {
    test('pause while the cordon is up, end what they are at, and leave the rest to the next process', async () => {
      const runs = createRuns();
      const { begun, handlers, end, addStep } = createJobs();
      const queue = await start(runs, handlers);

      await queue.add('t13');
      await vi.waitUntil(() => runs.size === 1, LIMIT);

      // A deploy waits. A new job waits in the queue, and is not counted; a step of the one in flight does not wait.
      runs.cordon.raise('deploy-7', 3_600_000);
      await queue.add('t17');
      const quiet = waitForQuiet({
        source: () => countInFlight(runs.list(), { classify: () => 'phase-0' }),
        intervalMs: 10,
      });
      await addStep('t13');
      expect(await quiet).toMatchObject({ outcome: 'quiet' });
      expect(begun).toEqual(['t13']);

      runs.cordon.lift('deploy-7');
      await vi.waitUntil(() => begun.includes('t17'), LIMIT);

      // This process is told to end: it fetches nothing more, and ends with its job.
      const drained = runs.drain(DRAIN);
      await queue.add('t21');
      end('t17');
      expect(await drained).toMatchObject({ outcome: 'quiet' });
      await queue.close();
      expect(begun).toEqual(['t13', 't17']);

      const next = createJobs();
      const nextRuns = createRuns();
      const nextQueue = await start(nextRuns, next.handlers);
      await vi.waitUntil(() => next.begun.includes('t21'), LIMIT);
      next.end('t21');
      await nextRuns.drain(DRAIN);
      await nextQueue.close();
      expect(next.begun).toEqual(['t21']);
    });

    test('begin a job that was fetched in spite of the cordon once that is down, and lose none', async () => {
      const runs = createRuns();
      const askedForDoor = vi.fn();
      const { begun, handlers, end } = createJobs();
      const queue = await start(withoutNews(runs, askedForDoor), handlers);
      runs.cordon.raise('deploy-7', 3_600_000);
      await queue.add('t30');
      await vi.waitUntil(() => askedForDoor.mock.calls.length > 0, LIMIT);
      expect([begun, runs.size]).toEqual([[], 0]);
      runs.cordon.lift('deploy-7');
      await vi.waitUntil(() => begun.includes('t30'), LIMIT);
      end('t30');
      await runs.drain(DRAIN);
      await queue.close();
      expect(begun).toEqual(['t30']);
    });
  });
}

test('a job that was fetched as the cordon came up begins when it is down, and counts from then on', async () => {
  const runs = createRuns();
  runs.cordon.raise('deploy-7', 60_000);
  const begun = beginOnceDown(runs, 't13');
  await new Promise(setImmediate);
  expect(runs.size).toBe(0);
  runs.cordon.lift('deploy-7');
  const run = await begun;
  expect([run.id, runs.size]).toEqual(['t13', 1]);
  run.end();
});

test('a job that was fetched as the drain began is refused, for the queue to give it to another process', async () => {
  const runs = createRuns();
  runs.cordon.raise('deploy-7', 60_000);
  const begun = beginOnceDown(runs, 't13');
  await runs.drain(DRAIN);
  await expect(begun).rejects.toMatchObject({ name: 'RunRefused', reason: 'drain' });
});
