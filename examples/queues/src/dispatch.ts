import { type MemoryRuns, type Run, RunRefused } from '@quietgate/core';

/** What a queue's workers do here. */
export interface Handlers {
  /** Works on a job, which a restart would destroy. It may add steps, which are part of it. */
  job(id: string, addStep: (name: string) => Promise<void>): Promise<void>;
  /** Works on a step of a job that is in flight. */
  step(name: string): Promise<void>;
}

/** A queue with its workers in this process. */
export interface Started {
  /** Adds a job. It waits in the queue while no worker may fetch it. */
  add(id: string): Promise<void>;
  /** Stops the workers, once nothing is in flight. */
  close(): Promise<void>;
}

/** What fetches jobs. */
export interface Dispatcher {
  readonly pause: () => unknown;
  readonly resume: () => unknown;
}

/**
 * Pauses a dispatcher while the cordon is up, and for good once the drain begins: jobs that wait in the queue are nobody's
 * yet, and the next process takes them. It begins paused.
 */
export function dispatchUnlessCordoned({ cordon, closing }: MemoryRuns, { pause, resume }: Dispatcher): void {
  let isFetching = false;
  let last = Promise.resolve();
  // One call at a time, each by what is true then: a cordon may come down before the pause is over.
  const follow = () => {
    last = last
      .then(async () => {
        const mayFetch = !cordon.isUp() && !closing.aborted;
        if (mayFetch === isFetching) return;
        isFetching = mayFetch;
        await (mayFetch ? resume() : pause());
      })
      .catch(console.error);
  };
  cordon.subscribe(follow);
  closing.addEventListener('abort', follow);
  follow();
}

/** Begins the run of a job, unless it was fetched just before the pause. */
export function beginUnlessRefused(runs: MemoryRuns, id: string): Run | undefined {
  try {
    return runs.begin(id);
  } catch (error) {
    if (error instanceof RunRefused) return undefined;
    throw error;
  }
}

/**
 * Begins the run of a job that was fetched just before the pause as soon as the cordon is down. Nothing of it has been done,
 * so it is not in flight until then.
 *
 * @throws RunRefused when this process is shutting down: let the queue give the job to another one
 */
export async function beginOnceDown(runs: MemoryRuns, id: string): Promise<Run> {
  for (;;) {
    await runs.cordon.down(runs.closing).catch(() => undefined);
    try {
      return runs.begin(id);
    } catch (error) {
      if (!(error instanceof RunRefused) || error.reason === 'drain') throw error;
    }
  }
}
