import type { InFlightCount } from '../deployment.ts';
import type { FailOpenReason } from './outcome.ts';

/** What came of one attempt to read the count. */
export type PollObservation = Counted | Unavailable;

/** What came of one attempt to raise the cordon, or to renew its lease. */
export type LeaseObservation = Granted | Unavailable;

/** The endpoint said how much is in flight. */
export interface Counted {
  readonly type: 'counted';
  readonly inFlight: InFlightCount;
  /** Whether the server applied what the request said of being held; a source never does. */
  readonly isWaitApplied?: boolean;
  /** Where redirects ended, without query and fragment; absent when there was none. */
  readonly redirectedTo?: string | undefined;
  /** How many records nobody can judge, where the server says that there are any. */
  readonly unknown?: number | undefined;
}

/** The lease lasts, from the request on. */
export interface Granted {
  readonly type: 'granted';
  /** The same as before when it never lapsed. */
  readonly id: string;
  readonly leaseMs: number;
}

/** There was no usable response. */
export interface Unavailable {
  readonly type: 'unavailable';
  readonly reason: FailOpenReason;
  readonly message: string;
  readonly status?: number;
  readonly cause?: unknown;
  /** How long the server asked to be left alone, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** What the reason does not say: a zero out of a cache, a redirect that the token does not follow, a request never made. */
  readonly detail?: 'cached-zero' | 'redirect' | 'unsent';
}
