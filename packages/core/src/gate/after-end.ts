import { beginPoll } from './next-question.ts';
import { leaseOf } from './gate-cordon.ts';
import { beginLease } from './state.ts';
import type { GateState } from './state.ts';

/** A gate that has ended with a lease, about to renew it: what comes of that, once it is settled, is a pause of 0. */
export function renewing(state: GateState, now: number): GateState {
  return { ...state, pending: beginLease('hold', now) };
}

/**
 * A gate that has ended `quiet`, about to prove that it still is: by a renewal that returns the same lease, or without one
 * by a poll that reads zero. What comes of that is an `End` where it is proved, or cannot be; or a `Pause`, after which
 * it goes on waiting.
 */
export function proving(state: GateState, now: number): GateState {
  return state.cordon && leaseOf(state.cordon)
    ? { ...state, pending: beginLease('hold-proof', now) }
    : beginPoll(state, 'hold-proof', now);
}
