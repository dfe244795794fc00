import type { Clock } from '@quietgate/core';

/** A sleep that somebody asked a clock for. */
export interface WatchedSleep {
  readonly askedMs: number;
  /** By the clock, until it ended or was called off. */
  readonly tookMs: number;
}

/** A clock that tells what its user sleeps. */
export interface WatchedClock extends Clock {
  /** The sleeps that are over, in the order in which they began. */
  readonly sleeps: () => readonly WatchedSleep[];
  /** How many sleeps are neither over nor called off. */
  readonly underWay: () => number;
}

/** Watches the sleeps of one user of a clock, whoever else sleeps on it. */
export function watchClock(clock: Clock): WatchedClock {
  const sleeps: { askedMs: number; tookMs?: number }[] = [];
  return {
    now: () => clock.now(),
    async sleep(ms, signal) {
      const startedAt = clock.now();
      const sleep: { askedMs: number; tookMs?: number } = { askedMs: ms };
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
    sleeps: () =>
      sleeps.flatMap(({ askedMs, tookMs }) => (tookMs === undefined ? [] : [{ askedMs, tookMs }])),
    underWay: () => sleeps.filter(({ tookMs }) => tookMs === undefined).length,
  };
}
