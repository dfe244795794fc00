import type { InFlightCount } from '../deployment.ts';
import { type GateCordon, initialCordon } from './cordon-state.ts';
import type { GateLimits } from './limits.ts';

/** What the gate remembers. All times are milliseconds since its start. */
export interface GateState {
  /** Polls begun so far. */
  readonly polls: number;
  /** Whether the last poll has no answer yet that stands, so that the next request is one more try of it. */
  readonly isPolling: boolean;
  /** Tries of the last poll that have failed. */
  readonly failedTries: number;
  /** When the last request was made. */
  readonly askedAtMs: number;
  /** How long the last request asked to be held, in seconds; absent when it did not say. */
  readonly askedWaitS?: number | undefined;
  /** The last count that was read; absent when there was none. */
  readonly lastSeen?: InFlightCount | undefined;
  /** Where the redirects ended that led to it; absent when there was none. */
  readonly redirectedTo?: string | undefined;
  /** When the count was first seen at zero; absent unless it has stayed there. */
  readonly zeroSinceMs?: number | undefined;
  /** Whether requests say for how long they may be held. */
  readonly asksToWait: boolean;
  /** Whether the server applied that when it last answered: it knows long polls. */
  readonly isWaitApplied: boolean;
  /** What it knows of its cordon; absent when it was told to raise none. */
  readonly cordon?: GateCordon | undefined;
}

/** The state before the first poll. */
export function initialState(
  { longPoll }: Pick<GateLimits, 'longPoll'>,
  cordon?: { readonly holder: string; readonly leaseMs: number },
): GateState {
  return {
    polls: 0,
    isPolling: false,
    failedTries: 0,
    askedAtMs: 0,
    asksToWait: longPoll,
    isWaitApplied: false,
    cordon: cordon && initialCordon(cordon),
  };
}
