import type { MemoryRuns } from '@quietgate/core';
import {
  consoleLogFactory,
  Logger,
  makeWorkerUtils,
  run as runWorkers,
  type Runner,
  type TaskList,
} from 'graphile-worker';
import pg from 'pg';
import { beginOnceDown, dispatchUnlessCordoned, type Handlers, type Started } from './dispatch.ts';

/** Workers of Graphile Worker that fetch no job while a deploy waits and rolls. */
export async function startGraphileWorker(
  connectionString: string,
  runs: MemoryRuns,
  handlers: Handlers,
  logger = new Logger(consoleLogFactory),
): Promise<Started> {
  const pgPool = new pg.Pool({ connectionString, max: 20 });
  pgPool.on('error', ({ message }) => {
    logger.error(message);
  });
  const utils = await makeWorkerUtils({ pgPool, logger });
  await utils.migrate();
  const start = (taskList: TaskList) =>
    runWorkers({ pgPool, taskList, logger, concurrency: 10, noHandleSignals: true });

  // Steps belong to jobs in flight: their runner never pauses, or those would never end.
  const stepRunner = await start({ step: (payload) => handlers.step((payload as { name: string }).name) });

  const addStep = async (name: string) => {
    await utils.addJob('step', { name });
  };
  const workOnJob = async (payload: unknown) => {
    const run = await beginOnceDown(runs, (payload as { id: string }).id);
    try {
      await handlers.job(run.id, addStep);
    } finally {
      run.end();
    }
  };

  let jobRunner: Runner | undefined;
  const stopped: Promise<void>[] = [];
  dispatchUnlessCordoned(runs, {
    pause() {
      // It fetches no more at once, and ends with its jobs in flight, which nobody waits for here.
      if (jobRunner !== undefined) stopped.push(jobRunner.stop());
    },
    async resume() {
      jobRunner = await start({ job: workOnJob });
    },
  });

  return {
    async add(id) {
      await utils.addJob('job', { id });
    },
    async close() {
      await Promise.all([...stopped, stepRunner.stop()]);
      await utils.release();
      await pgPool.end();
    },
  };
}
