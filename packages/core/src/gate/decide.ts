import { decideOnLease } from './decide-on-lease.ts';
import { decideOnPoll } from './decide-on-poll.ts';
import type { GateLimits } from './limits.ts';
import type { LeaseObservation, Observation } from './observation.ts';
import type { LeaseQuestion, PollQuestion } from './question.ts';
import type { Step } from './step.ts';

/** A question with what came of it. */
export type Answered =
  | { readonly question: PollQuestion; readonly observation: Observation }
  | { readonly question: LeaseQuestion; readonly observation: LeaseObservation };

/** Decides what an answer means for the deploy: a pure function of what the gate knows, and of the time. */
export function decide(answered: Answered, elapsedMs: number, limits: GateLimits): Step {
  if (isOfLease(answered)) {
    const { state, cordon, raising } = answered.question;
    return decideOnLease(state, cordon, raising, answered.observation, elapsedMs, limits);
  }
  return decideOnPoll(answered.question.state, answered.observation, elapsedMs, limits);
}

function isOfLease(answered: Answered): answered is Extract<Answered, { question: LeaseQuestion }> {
  return answered.question.type === 'lease';
}
