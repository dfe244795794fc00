import { decideWithoutProof } from './decide-on-lease.ts';
import { type GateCordon, isRenewalDue, type Raising } from './cordon-state.ts';
import type { GateLimits } from './limits.ts';
import { waitSeconds } from './long-poll.ts';
import type { GateState } from './state.ts';
import { end, type End } from './step.ts';

/** One request that the gate makes. */
export type Question = PollQuestion | LeaseQuestion;

interface Asked {
  /** The longest that the answer may take, in milliseconds. */
  readonly timeLimitMs: number;
  /** The gate's state while the request is pending. */
  readonly state: GateState;
}

/** How much is in flight? */
export interface PollQuestion extends Asked {
  readonly type: 'poll';
  /** For how long the server may hold the request, in whole seconds; absent to say nothing of it. */
  readonly waitS?: number | undefined;
}

/** Raises the cordon, or renews its lease. */
export interface LeaseQuestion extends Asked {
  readonly type: 'lease';
  readonly cordon: GateCordon;
  readonly raising: Raising;
}

/** What to ask next; at the cap nothing is asked any more. */
export function nextQuestion(state: GateState, elapsedMs: number, limits: GateLimits): Question | End {
  const { cordon, isPolling } = state;
  const leftMs = limits.maxWaitMs - elapsedMs;
  if (leftMs <= 0) {
    return cordon?.raising?.confirmsZero === true
      ? decideWithoutProof(state, cordon, CAP_REACHED, elapsedMs)
      : end({ outcome: 'timed-out' }, state, elapsedMs);
  }
  if (cordon?.raising !== undefined) return askForLease(state, cordon, cordon.raising, elapsedMs, limits);
  const waitS = waitSeconds(state, elapsedMs, limits);
  if (cordon !== undefined && !isPolling && isRenewalDue(cordon, (waitS ?? 0) * 1000, elapsedMs, limits)) {
    const raising = { confirmsZero: false, begunAtMs: elapsedMs, failedTries: 0 };
    return askForLease(state, cordon, raising, elapsedMs, limits);
  }
  return askForCount(state, waitS, elapsedMs, limits);
}

const CAP_REACHED = 'the cap was reached before the lease could be renewed';

function askForLease(
  state: GateState,
  cordon: GateCordon,
  raising: Raising,
  elapsedMs: number,
  { requestTimeoutMs, maxWaitMs }: GateLimits,
): LeaseQuestion {
  const overAtMs = Math.min(raising.begunAtMs + requestTimeoutMs, maxWaitMs);
  return {
    type: 'lease',
    timeLimitMs: Math.max(0, overAtMs - elapsedMs),
    cordon,
    raising,
    state: { ...state, askedAtMs: elapsedMs, askedWaitS: undefined },
  };
}

function askForCount(
  before: GateState,
  waitS: number | undefined,
  elapsedMs: number,
  limits: GateLimits,
): PollQuestion {
  const poll = before.isPolling ? {} : { polls: before.polls + 1, isPolling: true, failedTries: 0 };
  const { cordon } = before;
  return {
    type: 'poll',
    timeLimitMs: Math.min(limits.requestTimeoutMs + (waitS ?? 0) * 1000, limits.maxWaitMs - elapsedMs),
    waitS,
    state: {
      ...before,
      ...poll,
      askedAtMs: elapsedMs,
      askedWaitS: waitS,
      cordon: cordon && { ...cordon, isFresh: false },
    },
  };
}
