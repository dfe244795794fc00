import { isLongPoll, pauseWhileBusy } from './long-poll.ts';
import type { Counted, PollObservation, Unavailable } from './observation.ts';
import { beginLease } from './state.ts';
import { isTransient, retryPauseMs } from './retry-policy.ts';
import { type GateState, isBusy, type Polling } from './state.ts';
import { askAgain, end, failure, pause, restBeforeAgainMs, type Step } from './step.ts';
import { toMicrosecond } from './to-microsecond.ts';

/** Decides what the answer to a poll means for the deploy: a pure function of what the gate knows, and of the time. */
export function decideOnPoll(state: Polling, observation: PollObservation, now: number): Step {
  return observation.type === 'counted'
    ? decideOnCount(state, observation, now)
    : decideOnFailure(state, observation, now);
}

function decideOnCount(before: Polling, counted: Counted, now: number): Step {
  const { limits, pending } = before;
  const polled: Polling = { ...before, lastCount: counted };
  if (counted.inFlight.count === 0) return decideOnZero(polled, now);
  if (now >= limits.maxWaitMs) return end({ outcome: 'timed-out' }, polled, now);

  const isProof = pending.purpose === 'hold-proof';
  const { forMs, held } = pauseWhileBusy(polled, now, isProof ? restBeforeAgainMs(polled, now) : 0);
  const state: GateState = {
    ...polled,
    pending: undefined,
    zeroSinceMs: undefined,
    polledAgainAtMs: isProof ? now + forMs : polled.polledAgainAtMs,
  };
  return pause({ type: 'waiting', held, forMs }, state, now);
}

/** A zero that has lasted is the green light; under a cordon only if a renewal proves that the lease lasted, too. */
function decideOnZero(polled: Polling, now: number): Step {
  const { limits, pending, cordon, zeroSinceMs = now } = polled;
  const state: GateState = { ...polled, pending: undefined, zeroSinceMs };
  if (pending.purpose === 'hold-proof') return end({ outcome: 'quiet' }, state, now);
  if (now >= limits.maxWaitMs) return end({ outcome: 'timed-out' }, state, now);

  const unsettledMs = toMicrosecond(limits.quietForMs - (now - zeroSinceMs));
  if (unsettledMs > 0) {
    return pause({ type: 'settling', forMs: Math.min(limits.intervalMs, unsettledMs) }, state, now);
  }
  return cordon === undefined || cordon.phase.type === 'given-up'
    ? end({ outcome: 'quiet' }, state, now)
    : askAgain({ ...state, pending: beginLease('proof', now) });
}

function decideOnFailure(before: Polling, failed: Unavailable, now: number): Step {
  const { limits, pending } = before;
  const isOver = now >= limits.maxWaitMs;
  if (isOver && pending.purpose === 'wait') return end({ outcome: 'timed-out' }, before, now);
  if (isLongPoll(before)) return askWithoutWait(before, failed, now);

  // Once a count has been read, the endpoint is known to be there: then nothing odd that comes instead opens the gate at once.
  const mayPass = before.lastCount !== undefined || isTransient(failed);
  if (mayPass && pending.failedTries < limits.retries) {
    const failedTries = pending.failedTries + 1;
    const state = { ...before, pending: { ...pending, failedTries } };
    const forMs = retryPauseMs(failed, failedTries, limits);
    return pause({ type: 'retrying', about: 'count', failedTries, ...failure(failed), forMs }, state, now);
  }
  if (waitsAllTheSame(before)) {
    const state = { ...before, pending: undefined, zeroSinceMs: undefined };
    return isOver
      ? end({ outcome: 'timed-out' }, state, now)
      : pause({ type: 'unavailable', ...failure(failed), forMs: limits.intervalMs }, state, now);
  }
  const cause = failed.cause === undefined ? {} : { cause: failed.cause };
  return end({ outcome: 'failed-open', ...failure(failed), ...cause }, before, now);
}

/**
 * What failed was held, and something on the way may not bear that, such as a proxy that gives up after 15 s. So it is no
 * failed try of the poll: only what fails without a wait may ever open the gate.
 */
function askWithoutWait(before: Polling, failed: Unavailable, now: number): Step {
  const { limits, pending } = before;
  const { failedTries } = pending;
  const state: Polling = { ...before, longPoll: false };
  const forMs = Math.min(failed.retryAfterMs ?? 0, limits.intervalMs);
  return forMs === 0
    ? askAgain(state)
    : pause({ type: 'retrying', about: 'count', failedTries, ...failure(failed), forMs }, state, now);
}

function waitsAllTheSame(state: GateState): boolean {
  const { onUnavailable } = state.limits;
  return onUnavailable === 'wait' || (onUnavailable === 'wait-when-busy' && isBusy(state));
}
