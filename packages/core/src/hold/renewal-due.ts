/** How long after a renewal that failed it is tried again, in milliseconds. */
export const RETRY_RENEWAL_MS = 5000;

/** A lease that is held, by when the last request for it that succeeded was sent. */
export interface LeaseInHand {
  readonly sentAtMs: number;
  readonly leaseMs: number;
  /** When a renewal since then failed; absent when none did. */
  readonly failedAtMs?: number | undefined;
}

/**
 * When a lease is to be renewed, once its gate has ended: each interval, or just before half of it is over if that is
 * sooner, so that an outage of nearly half a lease is survived.
 */
export function renewalDueAtMs({ sentAtMs, leaseMs, failedAtMs }: LeaseInHand, intervalMs: number): number {
  if (failedAtMs !== undefined) return failedAtMs + RETRY_RENEWAL_MS;
  return sentAtMs + Math.min(intervalMs, leaseMs / 2 - 1);
}
