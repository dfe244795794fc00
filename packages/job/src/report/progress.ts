import type { GateEvent } from '@quietgate/core';

/** What the gate has reported so far, as much of it as its users hear of. */
export interface Progress {
  /** The last event; absent before the first. */
  readonly event?: GateEvent;
  /** How many tries of the last poll have failed. */
  readonly failedTries: number;
  /** When the last count came, in milliseconds from the start; absent when there was none. */
  readonly countedAtMs?: number;
  /** At the end, whether a server has heard of the newest request; where none has, no server was slow. */
  readonly hasReachedServer?: boolean;
}

export const NO_PROGRESS: Progress = { failedTries: 0 };

/** Adds what the gate reports now. */
export function nextProgress(before: Progress, event: GateEvent): Progress {
  if (!('reason' in event)) return { event, failedTries: 0, countedAtMs: event.elapsedMs };
  const failedTries = before.event?.poll === event.poll ? before.failedTries + 1 : 1;
  return { ...before, event, failedTries };
}
