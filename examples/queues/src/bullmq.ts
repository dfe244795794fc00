import type { MemoryRuns } from '@quietgate/core';
import { type ConnectionOptions, Queue, WaitingError, Worker } from 'bullmq';
import { dispatchUnlessCordoned, type Handlers, type Started } from './dispatch.ts';

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
      // Fetched just before the pause: back it goes, which is no failed attempt.
      if (runs.cordon.isUp() || runs.closing.aborted) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      await runs.during(job.name, () => handlers.job(job.name, addStep));
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
