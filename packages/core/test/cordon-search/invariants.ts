import { holdersOf, remainingMs } from '../../src/cordon/cordon-rules.ts';
import type { Move } from './move.ts';
import type { Scenario } from './scenario.ts';
import { believedUntil, holderOf, type World } from './world.ts';

/** Whether a move keeps a promise. */
export type Invariant = (before: World, move: Move, scenario: Scenario) => boolean;

/** What holds for every move in every world that can be reached. */
export const INVARIANTS = {
  'no rollout that follows a green light kills a run': ({ runs, deploys }, { type, by }, { hasCordon }) => {
    if (type !== 'rollout' || runs.running.length === 0) return true;
    const green = hasCordon ? 'quiet under a lease' : 'quiet';
    return !deploys.some(
      (deploy, index) => holderOf(index) === by && deploy.phase === 'ended' && deploy.outcome === green,
    );
  },

  'the cordon is down when the last lease has ended': (_, { after: { server } }) =>
    server.askedUntil > 0 || remainingMs(server.cordon, 0) === 0,

  'the belief of a holder ends no later than its lease': (_, { after: { server, deploys } }) =>
    server.cordon.leases.every(({ holder, endsAt }) =>
      deploys.every((deploy, index) => holder !== holderOf(index) || believedUntil(deploy) <= endsAt),
    ),

  'no holder ends or shortens the lease of another': (before, { type, by, after }) =>
    by === undefined ||
    type === 'rollout' ||
    before.server.cordon.leases.every(
      ({ holder, id, endsAt }) =>
        holder === by ||
        endsAt === 0 ||
        after.server.cordon.leases.some((lease) => lease.id === id && lease.endsAt === endsAt),
    ),

  'what an operator lifts stays down': (_, { after: { server, deploys } }) =>
    deploys.every(
      ({ wasLifted }, index) => wasLifted !== true || !holdersOf(server.cordon, 0).includes(holderOf(index)),
    ),

  'the gate ends by its cap': (_, { after: { deploys } }, { limits }) =>
    deploys.every((deploy) => !('startedAt' in deploy) || -deploy.startedAt <= limits.maxWaitMs),
} satisfies Record<string, Invariant>;
