import type { MemoryRuns } from '@quietgate/core';
import { type ConnectionOptions, Queue, WaitingError, Worker } from 'bullmq';
import { beginUnlessRefused, dispatchUnlessCordoned, type Handlers, type Started } from './dispatch.ts';

/** Workers of BullMQ that fetch no job while a deploy waits and rolls. */
export function startBullmq(connection: ConnectionOptions, runs: MemoryRuns, handlers: Handlers): Started {
  const jobs = new Queue('jobs', { connection });
  const steps = new Queue('steps', { connection });
  const addStep = async (name: string) => {
    await steps.add(name, {});
  };

  const jobWorker = new Worker(
    'jobs',
    async (job, token) => {
      const run = beginUnlessRefused(runs, job.name);
      if (run === undefined) {
        // Fetched just before the pause: back it goes, which is no failed attempt.
        await job.moveToWait(token);
        throw new WaitingError();
      }
      try {
        await handlers.job(run.id, addStep);
      } finally {
        run.end();
      }
    },
    { connection, concurrency: 10, autorun: false },
  );
  // Steps belong to jobs in flight: their worker never pauses, or those would never end.
  const stepWorker = new Worker('steps', ({ name }) => handlers.step(name), { connection, concurrency: 10 });
  for (const worker of [jobWorker, stepWorker]) worker.on('error', console.error);

  let isRunning = false;
  dispatchUnlessCordoned(runs, {
    pause: () => jobWorker.pause(true), // which does not wait for the jobs in flight
    resume() {
      if (isRunning) return jobWorker.resume();
      isRunning = true;
      jobWorker.run().catch(console.error); // which lasts as long as the worker
      return undefined;
    },
  });

  return {
    async add(id) {
      await jobs.add(id, {});
    },
    async close() {
      await Promise.all([jobWorker, stepWorker, jobs, steps].map((each) => each.close()));
    },
  };
}
