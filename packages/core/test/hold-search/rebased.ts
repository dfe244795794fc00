import type { GateState } from '../../src/gate/state.ts';
import type { HeldGate } from './world.ts';

/**
 * The same gate with its time begun anew. In a roll it looks back on its lease and its last request alone, so that worlds
 * are the same that differ only in how long the roll has been going on.
 */
export function rebased(gate: HeldGate): HeldGate {
  const { at, startedAt } = gate;
  const shift = (time: number) => time + startedAt;
  switch (at.type) {
    case 'holding':
      return {
        ...gate,
        startedAt: 0,
        at: {
          ...at,
          state: rebasedState(at.state, shift),
          heardAtMs: Math.max(shift(at.heardAtMs), -10_000),
        },
      };
    case 'asking': {
      const { question } = at;
      if (question.type === 'poll') return gate;
      const { pending } = question.state;
      const state = {
        ...rebasedState(question.state, shift),
        cordon: rebasedCordon(question.state.cordon, shift),
        pending: { ...pending, begunAtMs: shift(pending.begunAtMs), askedAtMs: shift(pending.askedAtMs) },
      };
      return { ...gate, startedAt: 0, at: { ...at, question: { ...question, timeLimitMs: 0, state } } };
    }
    case 'pausing':
      return gate;
    case 'over':
      return gate;
  }
}

function rebasedState(state: GateState, shift: (time: number) => number): GateState {
  const { limits, longPoll, cordon, zeroSinceMs } = state;
  return {
    limits,
    longPoll,
    polls: 1,
    zeroSinceMs: zeroSinceMs === undefined ? undefined : 0,
    cordon: cordon && rebasedCordon(cordon, shift),
  };
}

function rebasedCordon<Cordon extends NonNullable<GateState['cordon']>>(
  cordon: Cordon,
  shift: (time: number) => number,
): Cordon {
  const { phase } = cordon;
  if (phase.type !== 'up' && phase.type !== 'lost') return cordon;
  const sentAtMs = Math.max(shift(phase.lease.sentAtMs), -phase.lease.leaseMs);
  return { ...cordon, phase: { ...phase, lease: { ...phase.lease, sentAtMs } } };
}
