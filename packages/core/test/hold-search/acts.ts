import { cordonResult } from '../../src/gate/gate-cordon.ts';
import type { Question } from '../../src/gate/next-question.ts';
import type { LeaseObservation, PollObservation } from '../../src/gate/observation.ts';
import { type GateState, initialState } from '../../src/gate/state.ts';
import type { Step } from '../../src/gate/step.ts';
import type { GateReport } from '../../src/hold/hold.ts';
import { serverMoves } from '../cordon-search/server-moves.ts';
import { rebased } from './rebased.ts';
import type { Rules } from './rules.ts';
import type { Scenario } from './scenario.ts';
import { type HeldGate, type Holding, HOLDER, withGate, withSite, type World } from './world.ts';

/** The product's gates, as the shell drives them: all that a gate does in no time is one act. */
export interface Acts {
  readonly begin: () => HeldGate;
  readonly wake: (world: World, index: number) => World;
  readonly hear: (world: World, index: number, answer: PollObservation | LeaseObservation) => World;
  /** Renews, or proves, if either is due. */
  readonly attend: (world: World, index: number) => World | undefined;
  /** The roll ends, and every lease is released. */
  readonly endRoll: (world: World) => World;
}

export function holdActs(rules: Rules, scenario: Scenario): Acts {
  const { limits, leaseMs } = scenario;
  const server = serverMoves(rules, scenario);

  /** Asks what is pending or due, in the gate's loop or for a gate that has ended. */
  const ask = (world: World, index: number, gate: HeldGate, state: GateState): World => {
    const question = rules.nextQuestion(state, -gate.startedAt);
    if (question.type === 'end') return follow(world, index, gate, question);
    return withGate(world, index, {
      ...gate,
      at: { type: 'asking', question, overAt: question.timeLimitMs },
    });
  };

  /** What the shell makes of a step: a held gate, and the gate's own loop. */
  const follow = (before: World, index: number, gate: HeldGate, step: Step): World => {
    const world = told(before, step);
    const { state } = step;
    const heardAtMs = -gate.startedAt;
    const holding: Holding = { type: 'holding', state, heardAtMs };
    switch (step.type) {
      case 'end': {
        const isQuiet = step.result.outcome === 'quiet';
        return report(
          withGate(world, index, { ...gate, at: holding, isQuiet }),
          index,
          isQuiet ? 'quiet' : 'other',
        );
      }
      case 'pause': {
        if (isRenewed(gate, state)) {
          const kept: HeldGate = { ...gate, at: holding };
          const isVoid =
            world.roll.stage === 'ahead' && gate.isQuiet === true && state.zeroSinceMs === undefined;
          return isVoid
            ? follow(world, index, kept, rules.pollAgain(state, heardAtMs))
            : withGate(world, index, kept);
        }
        const isSentBack = gate.isQuiet !== undefined && state.pending === undefined;
        const next = isSentBack ? { at: gate.at, startedAt: gate.startedAt, hasOrder: false } : gate;
        const reported = isSentBack ? report(withGate(world, index, next), index, 'waiting') : world;
        if (step.pauseMs === 0) return ask(reported, index, next, state);
        return withGate(reported, index, { ...next, at: { type: 'pausing', state, wakesAt: step.pauseMs } });
      }
    }
  };

  const report = (before: World, index: number, what: GateReport): World => {
    const hold = rules.holdAfter(before.hold, index, what);
    const world: World = { ...before, hold };
    if (hold.stage === 'rolling') return beginRoll(world);
    if (hold.stage === 'waiting' || before.hold.stage === 'proving') return world;
    const gates = world.gates.map((gate) => (gate.isQuiet === true ? { ...gate, hasOrder: true } : gate));
    return { ...world, gates };
  };

  const beginRoll = (before: World): World => {
    const world = rules.lifts === 'when the roll begins' ? liftAll(before) : before;
    const isPromised = before.gates.every(
      ({ at, isQuiet, startedAt }) =>
        isQuiet === true &&
        at.type === 'holding' &&
        at.state.cordon !== undefined &&
        cordonResult(at.state.cordon, -startedAt).up,
    );
    return {
      ...world,
      gates: world.gates.map(rebased),
      roll: { stage: 'rolling', isPromised, restarts: world.sites.map(() => 0) },
    };
  };

  const told = (world: World, { events }: Step): World => {
    const isUncordoned = events.some((event) => event.type === 'uncordoned' && rules.isReported(event));
    return isUncordoned && world.roll.stage === 'rolling'
      ? { ...world, roll: { ...world.roll, isPromised: false } }
      : world;
  };

  const liftAll = (world: World): World =>
    world.sites.reduce((each, site, index) => withSite(each, index, server.lift(site, HOLDER)), world);

  const decide = (question: Question, answer: PollObservation | LeaseObservation, now: number): Step =>
    question.type === 'poll'
      ? rules.decideOnPoll(question.state, answer as PollObservation, now)
      : rules.decideOnLease(question.state, answer as LeaseObservation, now);

  return {
    begin() {
      const state = initialState(limits, { holder: HOLDER, leaseMs });
      const question = rules.nextQuestion(state, 0);
      if (question.type === 'end') throw new Error('a gate begins by a question');
      return {
        at: { type: 'asking', question, overAt: question.timeLimitMs },
        startedAt: 0,
        hasOrder: false,
      };
    },
    wake(world, index) {
      const gate = gateOf(world, index);
      return gate.at.type === 'pausing' ? ask(world, index, gate, gate.at.state) : world;
    },
    hear(world, index, answer) {
      const gate = gateOf(world, index);
      if (gate.at.type !== 'asking') return world;
      return follow(world, index, gate, decide(gate.at.question, answer, -gate.startedAt));
    },
    attend(world, index) {
      const gate = gateOf(world, index);
      if (gate.at.type !== 'holding') return undefined;
      const { state, heardAtMs } = gate.at;
      const now = -gate.startedAt;
      if (gate.hasOrder) {
        return ask(world, index, { ...gate, hasOrder: false }, rules.proving(state, now));
      }
      const phase = state.cordon?.phase;
      if (phase === undefined || phase.type === 'given-up') return undefined;
      const known = phase.type === 'up' ? phase.lease : { failedAtMs: heardAtMs };
      const isDue = rules.renewalDueAtMs(known, limits.intervalMs) <= now;
      return isDue ? ask(world, index, gate, rules.renewing(state, now)) : undefined;
    },
    endRoll(world) {
      const { gates } = world;
      return {
        ...liftAll(world),
        gates: gates.map((gate) => ({ ...gate, startedAt: 0, at: { type: 'over' } })),
        roll: { stage: 'over' },
      };
    },
  };
}

/** Whether a gate that has ended has renewed its lease, or has failed to. */
function isRenewed({ at }: HeldGate, { pending }: GateState): boolean {
  return at.type === 'asking' && at.question.state.pending.purpose === 'hold' && pending === undefined;
}

function gateOf({ gates }: World, index: number): HeldGate {
  const gate = gates[index];
  if (gate === undefined) throw new Error(`there is no gate ${index}`);
  return gate;
}
