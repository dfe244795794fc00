import type { fc } from '@quietgate/testkit/property';
import type { Clock } from '@quietgate/core';

/** A clock on which whatever falls due in the same millisecond happens in an order that fast-check chooses. */
export interface RacingClock extends Clock {
  /** Moves time from event to event until `work` has settled. */
  run<T>(work: Promise<T>): Promise<T>;
}

interface Sleeper {
  readonly dueAt: number;
  readonly wake: () => void;
}

/** `apart`: whether the consequences of one event are over before the next event of the same millisecond. */
export function createRacingClock(scheduler: fc.Scheduler, { apart }: { apart: boolean }): RacingClock {
  const sleepers = new Set<Sleeper>();
  let now = 0;

  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const leave = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', abort);
        };
        const abort = () => {
          leave();
          reject(signal?.reason);
        };
        const sleeper = {
          dueAt: now + ms,
          wake: () => {
            leave();
            resolve();
          },
        };
        signal?.addEventListener('abort', abort);
        sleepers.add(sleeper);
      }),
    async run(work) {
      const progress = { settled: false };
      const settle = () => {
        progress.settled = true;
      };
      work.then(settle, settle);
      await turn();
      while (!progress.settled) {
        now = Math.min(...[...sleepers].map(({ dueAt }) => dueAt));
        if (now === Infinity) throw new Error('nothing is left that could end the work');
        for (const sleeper of sleepers) {
          if (sleeper.dueAt === now) void wakeInTurn(sleeper);
        }
        await scheduler.waitIdle(async (wake) => {
          await wake();
          if (apart) await turn();
        });
        await turn();
      }
      return work;
    },
  };

  async function wakeInTurn(sleeper: Sleeper) {
    await scheduler.schedule(Promise.resolve(), `at ${now} ms`);
    if (sleepers.has(sleeper)) sleeper.wake();
  }
}

/** Lets everything that needs no time happen. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
