import { type GateCordon, initialCordon } from './gate-cordon.ts';
import type { GateLimits } from './limits.ts';
import type { Counted } from './observation.ts';
import { isOfHold, type Pending, type PendingLease, type PendingPoll } from './pending.ts';

/** What the gate knows. All times are milliseconds since its start, and so is the `now` of those who decide. */
export interface GateState {
  /** Those that it was given; they never change. */
  readonly limits: GateLimits;
  /** Polls begun so far. */
  readonly polls: number;
  /** What it has asked; absent between two questions. */
  readonly pending?: Pending | undefined;
  /** The last count that was read; absent when there was none. */
  readonly lastCount?: Counted | undefined;
  /** When the count was first seen at zero; absent unless it has stayed there, under one unbroken lease. */
  readonly zeroSinceMs?: number | undefined;
  /** Whether requests say for how long they may be held, and whether the server applied that when it last answered. */
  readonly longPoll: 'off' | 'offered' | 'applied';
  /** Absent when it raises none. */
  readonly cordon?: GateCordon | undefined;
  /** When it last polled again because a zero had turned out not to count; absent when it never did. */
  readonly polledAgainAtMs?: number | undefined;
}

/** A gate that has asked for the count. */
export interface Polling extends GateState {
  readonly pending: PendingPoll;
}

/** A gate that has asked for a lease. */
export interface Leasing extends GateState {
  readonly pending: PendingLease;
  readonly cordon: GateCordon;
}

/** The state before the first question. */
export function initialState(
  limits: GateLimits,
  cordon?: { readonly holder: string; readonly leaseMs: number },
): GateState {
  return {
    limits,
    polls: 0,
    longPoll: limits.longPoll ? 'offered' : 'off',
    cordon: cordon && initialCordon(cordon),
  };
}

/** Until when the gate may ask. */
export function deadlineMs({ pending, limits }: GateState): number {
  return pending !== undefined && isOfHold(pending) ? Infinity : limits.maxWaitMs;
}

/** When a raise or renewal is given up, its retry included. */
export function overAtMs(state: Leasing): number {
  return Math.min(state.pending.begunAtMs + state.limits.requestTimeoutMs, deadlineMs(state));
}

/** Whether the last count that was read is above zero. */
export function isBusy({ lastCount }: GateState): boolean {
  return lastCount !== undefined && lastCount.inFlight.count > 0;
}
