import type { GateLimits } from './limits.ts';
import type { GateState } from './state.ts';
import { end, type End } from './step.ts';

/** One request that the gate makes. */
export interface Question {
  readonly type: 'ask';
  /** The longest that the answer may take, in milliseconds. */
  readonly timeLimitMs: number;
  /** The gate's state while the request is pending. */
  readonly state: GateState;
}

/** What to ask next; at the cap nothing is asked any more. */
export function nextQuestion(state: GateState, elapsedMs: number, limits: GateLimits): Question | End {
  const leftMs = limits.maxWaitMs - elapsedMs;
  if (leftMs <= 0) return end({ outcome: 'timed-out' }, state, elapsedMs);
  return {
    type: 'ask',
    timeLimitMs: Math.min(limits.requestTimeoutMs, leftMs),
    state: state.isPolling ? state : { ...state, polls: state.polls + 1, isPolling: true, failedTries: 0 },
  };
}
