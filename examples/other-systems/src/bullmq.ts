import { countInFlight, type InFlightCount } from '@quietgate/core';
import { classifyBy, type StatusTable } from './classify-by.ts';

/** Jobs of BullMQ. An active job whose worker dies is done again by another one, which destroys what may be done only once. */
export const BULLMQ_STATUSES: StatusTable = {
  destroyed: ['active'],
  unharmed: ['waiting', 'delayed', 'prioritized', 'waiting-children', 'paused'],
  over: ['completed', 'failed', 'unknown'], // what `getState()` returns for a job that has been removed
};

export const classifyBullmqJob = classifyBy(BULLMQ_STATUSES);

/** What the source needs of BullMQ's `Queue`. */
export interface JobLists {
  getRanges(types: 'active'[]): Promise<string[]>;
  getWorkersCount(): Promise<number>;
}

/**
 * Gates the restart of a queue's workers: counts the jobs that a worker has begun and not ended. A job whose worker died
 * counts until another worker finds that its lock has run out, 30 s later by default.
 *
 * The source throws where the queue has neither a worker nor such a job: nobody has work there, so its name, or its prefix,
 * is likely to be that of no queue.
 */
export function bullmqSource(queue: JobLists): () => Promise<InFlightCount> {
  return async () => {
    const ids = await queue.getRanges(['active']);
    if (ids.length === 0 && (await queue.getWorkersCount()) === 0) {
      throw new Error('the queue has no worker: look at its name and its prefix');
    }
    return countInFlight(
      ids.map((id) => ({ id, status: 'active' })),
      { classify: classifyBullmqJob },
    );
  };
}
