import type { InFlightCount } from '@quietgate/core';

/** A listing that has ended; without a count it failed. */
export interface EndedListing {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly inFlight: InFlightCount | undefined;
}

/** Those who are held keep a slow store busy for a fifth of the time at most. */
const REST_PER_LISTING = 4;

/** How long a request is held at most, when its client would wait for so many seconds. */
export function holdLimitMs(seconds: number, maxHoldMs: number): number {
  return Math.min(seconds * 1000, maxHoldMs);
}

/** Whether a request that waits until `dueAt` is answered now, with the newest listing: quiet, failed, or out of time. */
export function isAnswered({ inFlight }: EndedListing, dueAt: number, now: number): boolean {
  return inFlight === undefined || inFlight.count === 0 || now >= dueAt;
}

/**
 * When those who are held list again.
 *
 * @param isChanged whether a change was announced since the newest listing began
 */
export function relistAt({ startedAt, endedAt }: EndedListing, isChanged: boolean, relistMs: number): number {
  return endedAt + Math.max(isChanged ? 0 : relistMs, REST_PER_LISTING * (endedAt - startedAt));
}
