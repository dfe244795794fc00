import type { Clock } from '@quietgate/core';

/** A sleep that somebody asked a clock for. */
export interface WatchedSleep {
  readonly askedMs: number;
  readonly signal: AbortSignal | undefined;
  /** Whether it was called off before it began. */
  readonly bornAborted: boolean;
  /** By the clock, until it ended or was called off; absent while it is under way. */
  readonly tookMs?: number;
}

/** A clock that tells what its user sleeps. */
export interface WatchedClock extends Clock {
  /** The sleeps that have begun, in that order. */
  readonly sleeps: readonly WatchedSleep[];
  /** How many of them are neither over nor called off. */
  readonly underWay: () => number;
}

/** Watches the sleeps of one user of a clock, whoever else sleeps on it. */
export function watchClock(clock: Clock): WatchedClock {
  const sleeps: (WatchedSleep & { tookMs?: number })[] = [];
  return {
    now: () => clock.now(),
    async sleep(ms, signal) {
      const startedAt = clock.now();
      const sleep: (typeof sleeps)[number] = {
        askedMs: ms,
        signal,
        bornAborted: signal?.aborted === true,
      };
      const end = () => {
        sleep.tookMs ??= clock.now() - startedAt;
      };
      sleeps.push(sleep);
      signal?.addEventListener('abort', end, { once: true });
      try {
        await clock.sleep(ms, signal);
      } finally {
        signal?.removeEventListener('abort', end);
        end();
      }
    },
    sleeps,
    underWay: () => sleeps.filter(({ tookMs }) => tookMs === undefined).length,
  };
}
