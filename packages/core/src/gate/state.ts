import type { GateCordon } from './gate-cordon.ts';
import type { GateLimits } from './limits.ts';
import type { Counted } from './observation.ts';

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
  /** Whether requests say for how long they may be held. */
  readonly longPoll: boolean;
  /** Absent when it raises none. */
  readonly cordon?: GateCordon | undefined;
  /** When it last polled again because a zero had turned out not to count; absent when it never did. */
  readonly polledAgainAtMs?: number | undefined;
}

/** A question to which there is no answer yet that stands; it is asked again until there is one. */
export type Pending = PendingPoll | PendingLease;

interface Attempts {
  /** When it was first asked. */
  readonly begunAtMs: number;
  /** When it was last asked. */
  readonly askedAtMs: number;
  /** How many attempts have failed. */
  readonly failedTries: number;
}

/** How much is in flight? */
export interface PendingPoll extends Attempts {
  readonly type: 'poll';
  /** `wait`: whether the deploy may go. `hold-proof`: whether it still may, once the gate has ended. */
  readonly purpose: 'wait' | 'hold-proof';
  /** For how long the last request may be held, in whole seconds; absent when it does not say. */
  readonly waitS?: number | undefined;
}

/** May I have a lease, or keep it? */
export interface PendingLease extends Attempts {
  readonly type: 'lease';
  /**
   * `raise`: before a poll. `proof`: after the zero that is the green light, if the lease never lapsed. Once the gate has
   * ended, `hold-proof` asks the same again, and `hold` keeps the lease.
   */
  readonly purpose: 'raise' | 'proof' | 'hold-proof' | 'hold';
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
    longPoll: limits.longPoll,
    cordon: cordon && { ...cordon, phase: { type: 'unraised' }, isFresh: false },
  };
}

/** A new raise or renewal. */
export function beginLease(purpose: PendingLease['purpose'], now: number): PendingLease {
  return { type: 'lease', purpose, begunAtMs: now, askedAtMs: now, failedTries: 0 };
}

/** Until when the gate may ask. */
export function deadlineMs({ pending, limits }: GateState): number {
  return pending !== undefined && isOfHold(pending) ? Infinity : limits.maxWaitMs;
}

/** Whether it is asked after the gate's end, and so without regard to the maximum wait. */
function isOfHold({ purpose }: Pending): boolean {
  return purpose === 'hold-proof' || purpose === 'hold';
}

/** When a raise or renewal is given up, its retry included. */
export function overAtMs(state: Leasing): number {
  return Math.min(state.pending.begunAtMs + state.limits.requestTimeoutMs, deadlineMs(state));
}

/** Whether the last count that was read is above zero. */
export function isBusy({ lastCount }: GateState): boolean {
  return lastCount !== undefined && lastCount.inFlight.count > 0;
}
