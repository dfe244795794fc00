import type { GateLimits } from './limits.ts';
import { waitSeconds } from './long-poll.ts';
import type { GateState } from './state.ts';
import { end, type End } from './step.ts';

/** One request that the gate makes. */
export interface Question {
  readonly type: 'ask';
  /** The longest that the answer may take, in milliseconds. */
  readonly timeLimitMs: number;
  /** For how long the server may hold the request, in whole seconds; absent to say nothing of it. */
  readonly waitS?: number | undefined;
  /** The gate's state while the request is pending. */
  readonly state: GateState;
}

/** What to ask next; at the cap nothing is asked any more. */
export function nextQuestion(before: GateState, elapsedMs: number, limits: GateLimits): Question | End {
  const leftMs = limits.maxWaitMs - elapsedMs;
  if (leftMs <= 0) return end({ outcome: 'timed-out' }, before, elapsedMs);
  const waitS = waitSeconds(before, elapsedMs, limits);
  const poll = before.isPolling ? {} : { polls: before.polls + 1, isPolling: true, failedTries: 0 };
  return {
    type: 'ask',
    timeLimitMs: Math.min(limits.requestTimeoutMs + (waitS ?? 0) * 1000, leftMs),
    waitS,
    state: { ...before, ...poll, askedAtMs: elapsedMs, askedWaitS: waitS },
  };
}
