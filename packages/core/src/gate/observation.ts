import type { InFlightCount } from '../deployment.ts';
import type { FailOpenReason } from './outcome.ts';

/** What one try to get an answer came to. */
export type Observation = Counted | Unavailable;

/** The endpoint said how much is in flight. */
export interface Counted {
  readonly inFlight: InFlightCount;
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
}

/** Statuses that pass by themselves: a busy server, a rolling one, a proxy without its upstream. */
const TRANSIENT_STATUSES: ReadonlySet<number | undefined> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Tells whether there was no answer, but the same question may well be answered a moment later. */
export function isTransient(observation: Observation): observation is Unavailable {
  if (observation.reason === undefined) return false;
  switch (observation.reason) {
    case 'unreachable':
    case 'request-timeout':
      return true;
    case 'http-status':
      return TRANSIENT_STATUSES.has(observation.status);
    case 'not-found':
    case 'invalid-response':
      return false;
  }
}

/** Reads a `Retry-After` in seconds, which counts on a 429 and a 503; dates and anything else are ignored. */
export function retryAfterMs(status: number, header: string | null): number | undefined {
  const isHeeded = status === 429 || status === 503;
  return isHeeded && /^\d+$/.test(String(header)) ? Number(header) * 1000 : undefined;
}
