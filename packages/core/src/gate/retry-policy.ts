import type { GateLimits } from './limits.ts';
import type { Unavailable } from './observation.ts';

/** The pause before the first retry; each later one is twice as long. */
const FIRST_RETRY_DELAY_MS = 1000;

/** Statuses below 500 that pass by themselves: the server, or a proxy, had no time. */
const TRANSIENT_CLIENT_ERRORS: readonly number[] = [408, 425, 429];

/** Statuses from 500 on that do not pass: the server cannot do this at all. */
const PERMANENT_SERVER_ERRORS: readonly number[] = [501, 505];

/** Whether the same question may well be answered a moment later, as long as nothing else is known of the endpoint. */
export function isTransient({ reason, status = 0, detail }: Unavailable): boolean {
  switch (reason) {
    case 'unreachable':
    case 'request-timeout':
      return true;
    case 'http-status':
      return isServerError(status)
        ? !PERMANENT_SERVER_ERRORS.includes(status)
        : TRANSIENT_CLIENT_ERRORS.includes(status);
    case 'not-found':
    case 'invalid-response':
      return detail === 'cached-zero';
  }
}

function isServerError(status: number): boolean {
  return status >= 500 && status <= 599;
}

/**
 * How long to pause before the next try, when `failedTries` (from 1) have failed, the last of them with `failed`. A
 * server that asks for a longer pause gets it, up to one interval.
 */
export function retryPauseMs(
  failed: Unavailable,
  failedTries: number,
  { intervalMs }: Pick<GateLimits, 'intervalMs'>,
): number {
  const pauseMs = FIRST_RETRY_DELAY_MS * 2 ** (failedTries - 1);
  return Math.max(pauseMs, Math.min(failed.retryAfterMs ?? 0, intervalMs));
}
