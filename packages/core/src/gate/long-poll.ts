import { isBusy, type GateState, type Polling } from './state.ts';
import { toMicrosecond } from './to-microsecond.ts';

/**
 * For how long the server may hold a poll that is made now, in whole seconds: the interval, or what is left of the
 * maximum wait. 0 only finds out whether it knows long polls; `undefined` says nothing.
 */
export function waitSeconds(state: GateState, now: number): number | undefined {
  const { longPoll, limits, lastCount } = state;
  if (!longPoll) return undefined;
  if (lastCount?.isWaitApplied !== true || !isBusy(state)) return 0;
  return Math.floor(Math.min(limits.intervalMs, limits.maxWaitMs - now) / 1000);
}

/**
 * How long to pause after a count above zero, and whether the poll that follows asks to be held. When the server has just
 * shown that it knows long polls, the first one follows at once; after a long poll the next begins an interval after it
 * began. So whatever the server says, no more than two polls begin in one interval.
 *
 * @param leastMs how long at least
 */
export function pauseWhileBusy(
  state: Polling,
  now: number,
  leastMs: number,
): { readonly forMs: number; readonly held: boolean } {
  const { pending, limits } = state;
  const untilNextMs = isHeld(state, now) ? 0 : limits.intervalMs;
  const pauseMs = isLongPoll(state)
    ? toMicrosecond(pending.askedAtMs + limits.intervalMs - now)
    : untilNextMs;
  const forMs = Math.max(leastMs, pauseMs);
  return { forMs, held: isHeld(state, now + forMs) };
}

function isHeld(state: GateState, now: number): boolean {
  return (waitSeconds(state, now) ?? 0) > 0;
}

/** Whether the pending request asked to be held. */
export function isLongPoll({ pending: { waitS = 0 } }: Polling): boolean {
  return waitS > 0;
}
