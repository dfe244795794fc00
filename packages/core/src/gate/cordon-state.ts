import type { GateLimits } from './limits.ts';
import type { CordonState } from './outcome.ts';
import { toMicrosecond } from './to-microsecond.ts';

/** What the gate knows of the cordon that it was told to raise. All times are milliseconds since its start. */
export interface GateCordon {
  readonly holder: string;
  /** For how long it asks, each time that it raises or renews. */
  readonly leaseMs: number;
  /** The lease as it was last granted; absent when none ever was, or when an operator lifted it. */
  readonly lease?: HeldLease | undefined;
  /** What was reported last: that new runs are held off, or that they are not; absent before either. */
  readonly reported?: 'cordoned' | 'uncordoned' | undefined;
  /** Why it is not up. */
  readonly message: string;
  /** Whether another try to raise it may succeed. */
  readonly mayRaise: boolean;
  /** Whether it was tried since the last poll, so that the next poll needs no renewal before it. */
  readonly isFresh: boolean;
  /** The raise or renewal that has no answer yet that stands. */
  readonly raising?: Raising | undefined;
  /** When the gate last polled again because another lease than before was granted after a zero. */
  readonly polledAgainAtMs?: number | undefined;
}

/** A lease as its holder believes in it: from when the request was sent, and so never for longer than the server does. */
export interface HeldLease {
  readonly id: string;
  readonly leaseMs: number;
  readonly sentAtMs: number;
}

/** One raise or renewal, with its retry. */
export interface Raising {
  /** Whether it is the renewal after the zero that is the green light, if the lease never lapsed. */
  readonly confirmsZero: boolean;
  readonly begunAtMs: number;
  readonly failedTries: number;
}

/** Before the first poll. */
export function initialCordon({ holder, leaseMs }: { holder: string; leaseMs: number }): GateCordon {
  return {
    holder,
    leaseMs,
    message: 'the gate ended before the cordon was raised',
    mayRaise: true,
    isFresh: false,
  };
}

/**
 * Whether the lease is to be renewed before a poll that may be held for `waitMs`: less than half of it is left, or less
 * than the poll and the pause after it may take.
 */
export function isRenewalDue(
  cordon: GateCordon,
  waitMs: number,
  elapsedMs: number,
  limits: GateLimits,
): boolean {
  const { lease, mayRaise, isFresh } = cordon;
  if (!mayRaise || isFresh) return false;
  if (lease === undefined) return true;
  const leftMs = remainingMs(lease, elapsedMs);
  return leftMs < lease.leaseMs / 2 || leftMs < limits.requestTimeoutMs + waitMs + limits.intervalMs;
}

/** What a result says of the cordon. */
export function cordonState(cordon: GateCordon, elapsedMs: number): CordonState {
  const { holder, lease, reported, message } = cordon;
  const leftMs = lease === undefined ? 0 : remainingMs(lease, elapsedMs);
  if (reported !== 'cordoned') {
    const mayLast = leftMs > 0 ? '; the lease may still last' : '';
    return { holder, up: false, message: `${message}${mayLast}` };
  }
  return leftMs > 0
    ? { holder, up: true, remainingMs: leftMs }
    : { holder, up: false, message: 'the lease has run out' };
}

function remainingMs({ sentAtMs, leaseMs }: HeldLease, elapsedMs: number): number {
  return Math.max(0, toMicrosecond(sentAtMs + leaseMs - elapsedMs));
}
