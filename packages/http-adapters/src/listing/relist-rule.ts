import type { Listing } from './listing.ts';

/** Pending requests keep a slow store busy for a fifth of the time at most. */
const REST_PER_LISTING = 4;

/** How long a request is kept pending at most, when its client would wait for so many seconds. */
export function holdLimitMs(seconds: number, maxHoldMs: number): number {
  return Math.min(seconds * 1000, maxHoldMs);
}

/** Whether a request that waits until `dueAt` is answered now, with this listing: quiet, failed, or out of time. */
export function isAnswered(listing: Listing, dueAt: number, now: number): boolean {
  return !listing.ok || listing.inFlight.count === 0 || now >= dueAt;
}

/**
 * When the runs are listed again for requests that are held.
 *
 * @param isChanged whether a change was announced since the newest listing began
 */
export function relistAt({ startedAt, endedAt }: Listing, isChanged: boolean, relistMs: number): number {
  return endedAt + Math.max(isChanged ? 0 : relistMs, REST_PER_LISTING * (endedAt - startedAt));
}
