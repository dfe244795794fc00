import { decideOnLease } from '../src/gate/decide-on-lease.ts';
import { decideOnPoll } from '../src/gate/decide-on-poll.ts';
import { leaseOf } from '../src/gate/gate-cordon.ts';
import { DEFAULT_LIMITS, type GateLimits, ON_UNAVAILABLE } from '../src/gate/limits.ts';
import { type LeaseQuestion, nextQuestion, type Question } from '../src/gate/next-question.ts';
import type { LeaseObservation, PollObservation } from '../src/gate/observation.ts';
import { type GateState, initialState } from '../src/gate/state.ts';
import type { End, Step } from '../src/gate/step.ts';

/**
 * How the gate gets from one question to the next, or to its end, as in `poll --> quiet: zero`: found by asking it, from
 * every state that it reaches under small limits, what it makes of each answer at each time.
 */
export function gateEdges(): Record<'withoutCordon' | 'withCordon', ReadonlySet<string>> {
  const withoutCordon = new Set<string>();
  const withCordon = new Set<string>();
  for (const limits of LIMITS) {
    follow(initialState(limits), 'without a cordon', withoutCordon);
    follow(initialState(limits, { holder: 'h', leaseMs: 3000 }), 'with a cordon', withCordon);
  }
  return { withoutCordon, withCordon };
}

const LIMITS: readonly GateLimits[] = ON_UNAVAILABLE.flatMap((onUnavailable) =>
  [0, 1000].map((quietForMs) => ({
    ...DEFAULT_LIMITS,
    ...{ intervalMs: 1000, maxWaitMs: 4000, requestTimeoutMs: 2000, retries: 1, onUnavailable, quietForMs },
  })),
);

const COUNTS: readonly (readonly [label: string, observation: PollObservation])[] = [
  ['zero', { type: 'counted', inFlight: { count: 0, ids: [] }, isWaitApplied: true }],
  ['above zero', { type: 'counted', inFlight: { count: 1, ids: ['t13'] } }],
  ['failure', { type: 'unavailable', reason: 'unreachable', message: '' }],
  ['failure', { type: 'unavailable', reason: 'not-found', message: '', status: 404 }],
];
const LEASES: readonly LeaseObservation[] = [
  { type: 'granted', id: 'a', leaseMs: 3000 },
  { type: 'granted', id: 'b', leaseMs: 3000 },
  { type: 'unavailable', reason: 'http-status', message: '', status: 409 },
  { type: 'unavailable', reason: 'unreachable', message: '' },
];

function follow(first: GateState, why: string, edges: Set<string>): void {
  const opening = nextQuestion(first, 0);
  edges.add(`[*] --> ${nameOf(opening)}: ${why}`);
  const seen = new Set<string>();
  const open: { question: Question | End; elapsedMs: number }[] = [{ question: opening, elapsedMs: 0 }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { question, elapsedMs: askedAtMs } = at;
    const key = JSON.stringify(at);
    if (question.type === 'end' || seen.has(key)) continue;
    seen.add(key);
    for (const tookMs of [0, 1000, question.timeLimitMs].filter((ms) => ms <= question.timeLimitMs)) {
      const answeredAtMs = askedAtMs + tookMs;
      for (const [answer, step] of stepsFrom(question, answeredAtMs)) {
        const pauseMs = step.type === 'pause' ? step.pauseMs : 0;
        const elapsedMs = answeredAtMs + pauseMs;
        const next = step.type === 'end' ? step : nextQuestion(step.state, elapsedMs);
        const label = elapsedMs >= first.limits.maxWaitMs ? 'the maximum wait' : answer;
        edges.add(`${nameOf(question)} --> ${nameOf(next)}: ${label}`);
        open.push({ question: next, elapsedMs });
      }
    }
  }
}

function nameOf(question: Question | End): string {
  if (question.type === 'poll') return 'poll';
  if (question.type === 'end') return question.result.outcome.replace('-', '_');
  return question.state.pending.purpose === 'proof' ? 'prove' : 'raise';
}

function stepsFrom(question: Question, now: number): readonly (readonly [label: string, step: Step])[] {
  return question.type === 'poll'
    ? COUNTS.map(([label, observation]) => [label, decideOnPoll(question.state, observation, now)])
    : LEASES.map((answer) => [labelOf(answer, question), decideOnLease(question.state, answer, now)]);
}

function labelOf(answer: LeaseObservation, { state: { pending, cordon } }: LeaseQuestion): string {
  if (answer.type === 'unavailable') return 'refusal';
  if (pending.purpose !== 'proof') return 'a lease';
  return leaseOf(cordon)?.id === answer.id ? 'the same lease' : 'another lease';
}
