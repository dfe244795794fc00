import { type Answered, decide } from '../src/gate/decide.ts';
import { DEFAULT_LIMITS, type GateLimits, ON_UNAVAILABLE } from '../src/gate/limits.ts';
import type { LeaseObservation, Observation } from '../src/gate/observation.ts';
import { nextQuestion, type Question } from '../src/gate/question.ts';
import { type GateState, initialState } from '../src/gate/state.ts';
import type { End } from '../src/gate/step.ts';

/**
 * How the gate gets from one question to the next, or to its end, as in `poll --> quiet: zero`: found by asking it, from
 * every state that it reaches under small limits, what it makes of each answer at each time.
 */
export function gateEdges(): Record<'withoutCordon' | 'withCordon', ReadonlySet<string>> {
  const withoutCordon = new Set<string>();
  const withCordon = new Set<string>();
  for (const limits of LIMITS) {
    follow(initialState(limits), 'without a cordon', limits, withoutCordon);
    follow(initialState(limits, { holder: 'h', leaseMs: 3000 }), 'with a cordon', limits, withCordon);
  }
  return { withoutCordon, withCordon };
}

const LIMITS: readonly GateLimits[] = ON_UNAVAILABLE.flatMap((onUnavailable) =>
  [0, 1000].map((quietForMs) => ({
    ...DEFAULT_LIMITS,
    ...{ intervalMs: 1000, maxWaitMs: 4000, requestTimeoutMs: 2000, retries: 1, onUnavailable, quietForMs },
  })),
);

const COUNTS: readonly (readonly [label: string, observation: Observation])[] = [
  ['zero', { inFlight: { count: 0, ids: [] }, isWaitApplied: true }],
  ['above zero', { inFlight: { count: 1, ids: ['t13'] } }],
  ['failure', { reason: 'unreachable', message: '' }],
  ['failure', { reason: 'not-found', message: '', status: 404 }],
];
const LEASES: readonly LeaseObservation[] = [
  { id: 'a', leaseMs: 3000 },
  { id: 'b', leaseMs: 3000 },
  { reason: 'http-status', message: '', status: 409 },
  { reason: 'unreachable', message: '' },
];

function follow(first: GateState, why: string, limits: GateLimits, edges: Set<string>): void {
  const opening = nextQuestion(first, 0, limits);
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
      for (const [answer, observation] of answersTo(question)) {
        const step = decide({ question, observation } as Answered, answeredAtMs, limits);
        const pauseMs = step.type === 'end' ? 0 : step.pauseMs;
        const elapsedMs = answeredAtMs + pauseMs;
        const next = step.type === 'end' ? step : nextQuestion(step.state, elapsedMs, limits);
        const label = elapsedMs >= limits.maxWaitMs ? 'the cap' : answer;
        edges.add(`${nameOf(question)} --> ${nameOf(next)}: ${label}`);
        open.push({ question: next, elapsedMs });
      }
    }
  }
}

function nameOf(question: Question | End): string {
  if (question.type === 'poll') return 'poll';
  if (question.type === 'end') return question.result.outcome.replace('-', '_');
  return question.raising.confirmsZero ? 'prove' : 'raise';
}

function answersTo(question: Question): readonly (readonly [label: string, Answered['observation']])[] {
  if (question.type === 'poll') return COUNTS;
  return LEASES.map((answer) => {
    if (answer.reason !== undefined) return ['refusal', answer];
    if (!question.raising.confirmsZero) return ['a lease', answer];
    return [question.cordon.lease?.id === answer.id ? 'the same lease' : 'another lease', answer];
  });
}
