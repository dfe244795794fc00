import type { MemoryRuns } from '@quietgate/core';
import PgBoss from 'pg-boss';
import { beginOnceDown, dispatchUnlessCordoned, type Handlers, type Started } from './dispatch.ts';

const POLLING = { pollingIntervalSeconds: 0.5 };

/** Workers of pg-boss that fetch no job while a deploy waits and rolls. */
export async function startPgBoss(
  connectionString: string,
  runs: MemoryRuns,
  handlers: Handlers,
): Promise<Started> {
  const boss = new PgBoss({ connectionString });
  boss.on('error', console.error);
  await boss.start();
  for (const queue of ['jobs', 'steps']) await boss.createQueue(queue);

  const addStep = async (name: string) => {
    await boss.send('steps', { name });
  };
  const workOnJob = async ([job]: PgBoss.Job<{ id: string }>[]) => {
    if (job === undefined) return;
    const run = await beginOnceDown(runs, job.data.id);
    try {
      await handlers.job(run.id, addStep);
    } finally {
      run.end();
    }
  };

  // Steps belong to jobs in flight: their worker never pauses, or those would never end.
  await boss.work<{ name: string }>('steps', POLLING, async ([step]) => {
    if (step !== undefined) await handlers.step(step.data.name);
  });
  dispatchUnlessCordoned(runs, {
    pause: () => boss.offWork('jobs'), // jobs in flight go on
    resume: () => boss.work('jobs', POLLING, workOnJob),
  });

  return {
    async add(id) {
      await boss.send('jobs', { id }, { retryLimit: 5 });
    },
    close: () => boss.stop(),
  };
}
