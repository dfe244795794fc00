import { holdersOf } from '../../src/cordon/cordon-rules.ts';
import type { Move } from './moves.ts';
import { HOLDER, type World } from './world.ts';

/** What holds for every move in every world that can be reached. */
export const INVARIANTS = {
  'no rollout kills a run after results that are all quiet with the cordon up, unless uncordoned was reported since':
    ({ roll, sites }, { type, by = 0 }) =>
      type !== 'rollout' ||
      roll.stage !== 'rolling' ||
      !roll.isPromised ||
      sites[by]?.runs.running.length === 0,

  'no gate waits, or proves its zero, once the roll has begun': (_, { after: { roll, gates } }) =>
    roll.stage !== 'rolling' ||
    gates.every(({ at }) => {
      if (at.type === 'pausing') return at.state.pending?.purpose === 'hold';
      return at.type !== 'asking' || at.question.state.pending.purpose === 'hold';
    }),

  'no lease is left after the roll': (_, { after: { roll, sites } }) =>
    roll.stage !== 'over' || sites.every(({ server }) => !holdersOf(server.cordon, 0).includes(HOLDER)),
} satisfies Record<string, (before: World, move: Move) => boolean>;
