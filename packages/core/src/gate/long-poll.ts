import type { GateLimits } from './limits.ts';
import type { GateState } from './state.ts';
import { toMicrosecond } from './to-microsecond.ts';

/**
 * For how long the server may hold a poll that is made now, in whole seconds: the interval, or what is left to the cap.
 * 0 only finds out whether it knows long polls; `undefined` says nothing.
 */
export function waitSeconds(state: GateState, elapsedMs: number, limits: GateLimits): number | undefined {
  if (!state.asksToWait) return undefined;
  const isBusy = state.lastSeen !== undefined && state.lastSeen.count > 0;
  if (!isBusy || !state.isWaitApplied) return 0;
  return Math.floor(Math.min(limits.intervalMs, limits.maxWaitMs - elapsedMs) / 1000);
}

/**
 * How long to pause after a count above zero. When the server has just shown that it knows long polls, the first one
 * follows at once; after a long poll the next begins an interval after it began. So whatever the server says, no more
 * than two polls begin in one interval.
 */
export function pauseWhileBusyMs(state: GateState, elapsedMs: number, limits: GateLimits): number {
  if (isLongPoll(state)) {
    return Math.max(0, toMicrosecond(state.askedAtMs + limits.intervalMs - elapsedMs));
  }
  const holdsNext = state.isWaitApplied && (waitSeconds(state, elapsedMs, limits) ?? 0) > 0;
  return holdsNext ? 0 : limits.intervalMs;
}

/** Whether the last request asked to be held. */
export function isLongPoll({ askedWaitS = 0 }: GateState): boolean {
  return askedWaitS > 0;
}
