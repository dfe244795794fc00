import { leaseOf } from '../../src/gate/gate-cordon.ts';
import type { LeaseObservation, PollObservation } from '../../src/gate/observation.ts';
import type { QuietResult } from '../../src/gate/outcome.ts';
import type { Question } from '../../src/gate/next-question.ts';
import { type GateState, initialState } from '../../src/gate/state.ts';
import type { Step } from '../../src/gate/step.ts';
import type { Rules } from './rules.ts';
import type { Scenario } from './scenario.ts';
import { type Asking, type Ended, holderOf, type Pausing } from './world.ts';

/** What a gate does next, and how a trace says so. */
export interface Act {
  readonly deploy: Asking | Pausing | Ended;
  readonly text: string;
}

/** The product's gate, as its loop drives it: all that it does in no time is one act. */
export interface GateActs {
  readonly begin: (index: number) => Act;
  readonly wake: (pausing: Pausing) => Act;
  readonly hear: (asking: Asking, answer: PollObservation | LeaseObservation) => Act;
}

export function gateActs({ nextQuestion, decideOnPoll, decideOnLease }: Rules, scenario: Scenario): GateActs {
  const { limits, hasCordon, leaseMs } = scenario;

  const ask = (startedAt: number, state: GateState): Act => {
    const question = nextQuestion(state, -startedAt);
    if (question.type === 'end') return end(question.result);
    const { timeLimitMs } = question;
    return { deploy: { phase: 'asking', startedAt, question, overAt: timeLimitMs }, text: askText(question) };
  };

  const decide = (question: Question, answer: PollObservation | LeaseObservation, now: number): Step =>
    question.type === 'poll'
      ? decideOnPoll(question.state, answer as PollObservation, now)
      : decideOnLease(question.state, answer as LeaseObservation, now);

  return {
    begin: (index) =>
      ask(0, initialState(limits, hasCordon ? { holder: holderOf(index), leaseMs } : undefined)),
    wake: ({ startedAt, state }) => ask(startedAt, state),
    hear({ startedAt, question }, observation) {
      const step = decide(question, observation, -startedAt);
      if (step.type === 'end') return end(step.result);
      const { pauseMs, state } = step;
      if (pauseMs === 0) return ask(startedAt, state);
      const deploy = { phase: 'pausing', startedAt, state, wakesAt: pauseMs } as const;
      return { deploy, text: `pauses for ${pauseMs / 1000} s` };
    },
  };
}

function end({ outcome, cordon }: QuietResult): Act {
  if (outcome !== 'quiet') {
    return { deploy: { phase: 'ended', outcome, cordonedUntil: 0 }, text: `lets the deploy go: ${outcome}` };
  }
  return cordon?.up === true
    ? {
        deploy: { phase: 'ended', outcome: 'quiet under a lease', cordonedUntil: cordon.remainingMs },
        text: `gives the green light, with a lease for ${cordon.remainingMs / 1000} s`,
      }
    : {
        deploy: { phase: 'ended', outcome, cordonedUntil: 0 },
        text: `gives the green light${cordon === undefined ? '' : ', without a lease'}`,
      };
}

function askText(question: Question): string {
  if (question.type === 'poll') return 'asks for the count';
  const lease = leaseOf(question.state.cordon);
  return lease === undefined ? 'asks for a lease' : `asks to renew ${lease.id}`;
}
