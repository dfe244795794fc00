import type { CordonEndpoint } from '../ask/cordon-endpoint.ts';
import type { Unavailable } from '../gate/observation.ts';
import { isTransient, retryPauseMs } from '../gate/retry-policy.ts';
import { isObject } from '../options/check-kind.ts';
import { askInTime, type Asker, sleepUnlessAborted } from './with-time-limit.ts';
import { retry } from './retry.ts';

/** What lifts a lease, and how long that is tried. */
export interface Lift {
  readonly endpoint: CordonEndpoint;
  /** Whose lease it is; `ALL_HOLDERS` for every lease. */
  readonly holder: string;
  readonly retries: number;
  /** The longest that one request may take, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** When it is given up, on the asker's clock. */
  readonly overAtMs: number;
  /** The longest that a server's `Retry-After` is heeded, in milliseconds. */
  readonly intervalMs: number;
}

/**
 * Lifts a lease, with retries. Resolves with nothing once the cordon itself says that the lease is gone; else with why it
 * cannot tell. Rejects with the reason of the asker's signal.
 */
export async function liftLease(asker: Asker, lift: Lift): Promise<string | undefined> {
  const { endpoint, holder, retries, requestTimeoutMs, overAtMs } = lift;
  const { clock } = asker;
  let failedTries = 0;

  const { problem } = await retry(async () => {
    const timeLimitMs = Math.min(requestTimeoutMs, overAtMs - clock.now());
    const answer = await askInTime(asker, endpoint.name, timeLimitMs, (signal) =>
      endpoint.request('DELETE', { holder }, signal),
    );
    if (answer.type === 'answered') {
      const isGone = isObject(answer.json) && !Array.isArray(answer.json);
      return { problem: isGone ? undefined : `${endpoint.name} answered 200, but not as a cordon does` };
    }
    failedTries++;
    const pauseMs = retryPauseMs(answer, failedTries, lift);
    if (!mayPass(answer) || failedTries > retries || clock.now() + pauseMs >= overAtMs) {
      return { problem: answer.message };
    }
    await sleepUnlessAborted(asker, pauseMs);
    return undefined;
  });
  return problem;
}

/** A 404 or 405 is not the word of a cordon: an ingress that has lost its route says it, too. */
function mayPass(failed: Unavailable): boolean {
  return isTransient(failed) || failed.status === 404 || failed.status === 405;
}
