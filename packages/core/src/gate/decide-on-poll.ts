import type { GateLimits } from './limits.ts';
import type { Counted, Observation, Unavailable } from './observation.ts';
import { isLongPoll, pauseWhileBusyMs } from './long-poll.ts';
import { isTransient, retryPauseMs } from './retry-policy.ts';
import type { GateState } from './state.ts';
import { askAgain, end, failure, pause, type Step } from './step.ts';
import { toMicrosecond } from './to-microsecond.ts';

/** Decides what the answer to a poll means for the deploy. */
export function decideOnPoll(
  state: GateState,
  observation: Observation,
  elapsedMs: number,
  limits: GateLimits,
): Step {
  return observation.reason === undefined
    ? decideOnCount(state, observation, elapsedMs, limits)
    : decideOnFailure(state, observation, elapsedMs, limits);
}

function decideOnCount(
  before: GateState,
  { inFlight, redirectedTo, isWaitApplied = false }: Counted,
  elapsedMs: number,
  limits: GateLimits,
): Step {
  const isZero = inFlight.count === 0;
  const { zeroSinceMs = elapsedMs } = before;
  const state = {
    ...before,
    isPolling: false,
    lastSeen: inFlight,
    redirectedTo,
    isWaitApplied,
    zeroSinceMs: isZero ? zeroSinceMs : undefined,
  };

  if (elapsedMs >= limits.maxWaitMs) return end({ outcome: 'timed-out' }, state, elapsedMs);
  if (!isZero) {
    const pauseMs = pauseWhileBusyMs(state, elapsedMs, limits);
    return pause({ type: 'waiting' }, pauseMs, state, elapsedMs, limits);
  }

  const unsettledMs = toMicrosecond(limits.quietForMs - (elapsedMs - zeroSinceMs));
  return unsettledMs > 0
    ? pause({ type: 'settling' }, Math.min(limits.intervalMs, unsettledMs), state, elapsedMs, limits)
    : decideOnQuiet(state, elapsedMs);
}

/** A zero that has lasted is the green light; under a cordon only if a renewal proves that the lease lasted, too. */
function decideOnQuiet(state: GateState, elapsedMs: number): Step {
  const { cordon } = state;
  if (cordon?.mayRaise !== true) return end({ outcome: 'quiet' }, state, elapsedMs);
  const raising = { confirmsZero: true, begunAtMs: elapsedMs, failedTries: 0 };
  return askAgain({ ...state, cordon: { ...cordon, raising } });
}

function decideOnFailure(given: GateState, failed: Unavailable, elapsedMs: number, limits: GateLimits): Step {
  if (elapsedMs >= limits.maxWaitMs) return end({ outcome: 'timed-out' }, given, elapsedMs);
  const before = { ...given, isWaitApplied: false };
  if (isLongPoll(before)) return askWithoutWait(before, failed, elapsedMs, limits);

  // Once it has answered, the endpoint is known to be there: then nothing odd that comes instead opens the gate at once.
  const mayPass = before.lastSeen !== undefined || isTransient(failed);
  if (mayPass && before.failedTries < limits.retries) {
    const state = { ...before, failedTries: before.failedTries + 1 };
    const pauseMs = retryPauseMs(failed, state.failedTries, limits);
    return pause({ type: 'retrying', ...failure(failed) }, pauseMs, state, elapsedMs, limits);
  }
  if (waitsAllTheSame(before, limits)) {
    const state = { ...before, isPolling: false, zeroSinceMs: undefined };
    return pause({ type: 'unavailable', ...failure(failed) }, limits.intervalMs, state, elapsedMs, limits);
  }
  const cause = failed.cause === undefined ? {} : { cause: failed.cause };
  return end({ outcome: 'failed-open', ...failure(failed), ...cause }, before, elapsedMs);
}

/**
 * What failed was held, and something on the way may not bear that, such as a proxy that gives up after 15 s. So it is no
 * failed try of the poll: only what fails without a wait may ever open the gate.
 */
function askWithoutWait(before: GateState, failed: Unavailable, elapsedMs: number, limits: GateLimits): Step {
  const state = { ...before, asksToWait: false };
  if (failed.retryAfterMs === undefined || failed.retryAfterMs === 0) return askAgain(state);
  const pauseMs = Math.min(failed.retryAfterMs, limits.intervalMs);
  return pause({ type: 'retrying', ...failure(failed) }, pauseMs, state, elapsedMs, limits);
}

function waitsAllTheSame({ lastSeen }: GateState, { onUnavailable }: GateLimits): boolean {
  const isBusy = lastSeen !== undefined && lastSeen.count > 0;
  return onUnavailable === 'wait' || (onUnavailable === 'wait-when-busy' && isBusy);
}
