import type { GateLimits } from './limits.ts';
import type { Observation, Unavailable } from './observation.ts';

/** The pause before the first retry; each later one is twice as long. */
const FIRST_RETRY_DELAY_MS = 1000;

/** Statuses that pass by themselves: a busy server, a rolling one, a proxy without its upstream. */
const TRANSIENT_STATUSES: ReadonlySet<number | undefined> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Whether there was no answer, but the same question may well be answered a moment later. */
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

/** How long to pause before the next try, when `failedTries` (from 1) have failed, the last of them with `failed`. */
export function retryPauseMs(
  failed: Unavailable,
  failedTries: number,
  { intervalMs }: Pick<GateLimits, 'intervalMs'>,
): number {
  return failed.retryAfterMs === undefined
    ? FIRST_RETRY_DELAY_MS * 2 ** (failedTries - 1)
    : Math.min(failed.retryAfterMs, intervalMs);
}

/** Reads a `Retry-After` in seconds, which counts on a 429 and a 503; dates and anything else are ignored. */
export function retryAfterMs(status: number, header: string | null): number | undefined {
  const isHeeded = status === 429 || status === 503;
  return isHeeded && /^\d+$/.test(String(header)) ? Number(header) * 1000 : undefined;
}
