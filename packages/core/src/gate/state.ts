import type { InFlightCount } from '../deployment.ts';

/** What the gate remembers. All times are milliseconds since its start. */
export interface GateState {
  /** Polls begun so far. */
  readonly polls: number;
  /** Whether the last poll has no answer yet that stands, so that the next request is one more try of it. */
  readonly isPolling: boolean;
  /** Tries of the last poll that have failed. */
  readonly failedTries: number;
  /** The last count that was read; absent when there was none. */
  readonly lastSeen?: InFlightCount | undefined;
  /** Where the redirects ended that led to it; absent when there was none. */
  readonly redirectedTo?: string | undefined;
  /** When the count was first seen at zero; absent unless it has stayed there. */
  readonly zeroSinceMs?: number | undefined;
}

/** The state before the first poll. */
export const INITIAL_STATE: GateState = { polls: 0, isPolling: false, failedTries: 0 };
