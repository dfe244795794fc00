import { decideWithoutProof } from './decide-on-lease.ts';
import { type GateCordon, leaseOf, remainingMs } from './gate-cordon.ts';
import { waitSeconds } from './long-poll.ts';
import { beginLease, type PendingPoll } from './state.ts';
import { deadlineMs, type GateState, type Leasing, overAtMs, type Polling } from './state.ts';
import { end, type End } from './step.ts';

/** One request that the gate makes, and the gate's state while it is pending. */
export type Question = PollQuestion | LeaseQuestion;

/** How much is in flight? */
export interface PollQuestion {
  readonly type: 'poll';
  /** The longest that the answer may take, in milliseconds. */
  readonly timeLimitMs: number;
  readonly state: Polling;
}

/** Raises the cordon, or renews its lease. */
export interface LeaseQuestion {
  readonly type: 'lease';
  /** The longest that the answer may take, in milliseconds. */
  readonly timeLimitMs: number;
  readonly state: Leasing;
}

/** What to ask now: what is pending, or else what is due. Once the maximum wait is over nothing is asked any more. */
export function nextQuestion(state: GateState, now: number): Question | End {
  const { cordon, pending } = state;
  if (now >= deadlineMs(state)) {
    return isProving(state) ? decideWithoutProof(state, now) : end({ outcome: 'timed-out' }, state, now);
  }
  if (pending?.type === 'poll') return questionOfPoll({ ...state, pending }, now);
  if (cordon !== undefined) {
    if (pending !== undefined) return questionOfLease({ ...state, cordon, pending }, now);
    if (isRenewalDue(state, cordon, now)) {
      return questionOfLease({ ...state, cordon, pending: beginLease('raise', now) }, now);
    }
  }
  return questionOfPoll(beginPoll(state, 'wait', now), now);
}

/** Whether it has seen the zero that is the green light, and asks whether its lease has lasted. */
function isProving(state: GateState): state is Leasing {
  return state.pending?.purpose === 'proof';
}

/** A new poll. */
export function beginPoll(state: GateState, purpose: PendingPoll['purpose'], now: number): Polling {
  const { polls, cordon } = state;
  return {
    ...state,
    polls: polls + 1,
    pending: { type: 'poll', purpose, begunAtMs: now, askedAtMs: now, failedTries: 0 },
    cordon: cordon && { ...cordon, isFresh: false },
  };
}

function questionOfPoll(state: Polling, now: number): PollQuestion {
  const waitS = waitSeconds(state, now);
  return {
    type: 'poll',
    timeLimitMs: Math.min(state.limits.requestTimeoutMs + (waitS ?? 0) * 1000, deadlineMs(state) - now),
    state: { ...state, pending: { ...state.pending, askedAtMs: now, waitS } },
  };
}

function questionOfLease(state: Leasing, now: number): LeaseQuestion {
  return {
    type: 'lease',
    timeLimitMs: Math.max(0, overAtMs(state) - now),
    state: { ...state, pending: { ...state.pending, askedAtMs: now } },
  };
}

/**
 * Whether the lease is to be renewed before a poll that is made now: less than half of it is left, or less than the poll
 * and the pause after it may take.
 */
function isRenewalDue(state: GateState, cordon: GateCordon, now: number): boolean {
  const { requestTimeoutMs, intervalMs } = state.limits;
  if (cordon.phase.type === 'given-up' || cordon.isFresh) return false;
  const lease = leaseOf(cordon);
  if (lease === undefined) return true;
  const leftMs = remainingMs(lease, now);
  const waitMs = (waitSeconds(state, now) ?? 0) * 1000;
  return leftMs < lease.leaseMs / 2 || leftMs < requestTimeoutMs + waitMs + intervalMs;
}
