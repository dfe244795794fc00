/** How long after a renewal that failed it is tried again, in milliseconds. */
const RETRY_MS = 5000;

/** What a gate that has ended knows of its lease: when it was last granted, or when that last failed. */
export type LeaseKnown =
  { readonly sentAtMs: number; readonly leaseMs: number } | { readonly failedAtMs: number };

/**
 * When a lease is to be renewed once its gate has ended: each interval, or just before half of it is over if that is
 * sooner, so that there is as much time again for another attempt; and 5 s after an attempt that failed.
 */
export function renewalDueAtMs(lease: LeaseKnown, intervalMs: number): number {
  return 'failedAtMs' in lease
    ? lease.failedAtMs + RETRY_MS
    : lease.sentAtMs + Math.min(intervalMs, lease.leaseMs / 2 - 1);
}
