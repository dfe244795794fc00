import type { InFlightCount } from '../deployment.ts';
import type { FailOpenReason } from './outcome.ts';

/** The result of one try to get an answer. */
export type Observation = Counted | Unavailable;

/** The endpoint said how much is in flight. */
export interface Counted {
  readonly inFlight: InFlightCount;
  /** Whether the server applied what the request said of being held; a source never does. */
  readonly isWaitApplied?: boolean;
  /** Where redirects ended, without query and fragment; absent when there was none. */
  readonly redirectedTo?: string | undefined;
  readonly reason?: never;
}

/** There was no usable answer. */
export interface Unavailable {
  readonly reason: FailOpenReason;
  readonly message: string;
  readonly status?: number;
  readonly cause?: unknown;
  /** How long the server asked to be left alone, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** It was a count, but a zero that some cache had kept. */
  readonly isOutOfCache?: true;
}

/** The result of one try to raise the cordon, or to renew its lease. */
export type LeaseObservation = Granted | LeaseRefused;

/** The lease lasts, from the request on. */
export interface Granted {
  /** The same as before when it never lapsed. */
  readonly id: string;
  readonly leaseMs: number;
  readonly reason?: never;
}

/** There was no lease in the answer, or no answer. */
export interface LeaseRefused extends Unavailable {
  /** The answer was a redirect, which the token does not follow. */
  readonly isRedirect?: true;
}
