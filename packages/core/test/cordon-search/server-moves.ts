import { countInFlight } from '@quietgate/core';
import { NEVER_UP } from '../../src/cordon/cordon-rules.ts';
import { leaseOf } from '../../src/gate/gate-cordon.ts';
import type { LeaseObservation, PollObservation } from '../../src/gate/observation.ts';
import type { LeaseQuestion, Question } from '../../src/gate/next-question.ts';
import { ALL_HOLDERS } from '../../src/wire/lease.ts';
import type { Rules } from './rules.ts';
import type { Scenario } from './scenario.ts';
import type { Raise, Site } from './world.ts';

/** What the server does with a request: what it answers, and how the world is after that. */
export interface Served<World, Answer> {
  readonly answer: Answer;
  readonly world: World;
  readonly text: string;
}

/** A server by the product's rules. */
export interface ServerMoves {
  readonly serve: <World extends Site>(
    world: World,
    question: Question,
  ) => Served<World, PollObservation | LeaseObservation>;
  readonly raise: <World extends Site>(world: World, raise: Raise) => Served<World, LeaseObservation>;
  readonly lift: <World extends Site>(world: World, holder: string) => World;
  readonly liftAll: <World extends Site>(world: World) => World;
  /** The process ends, and with it its runs; and its leases, where they are in its memory. */
  readonly restart: <World extends Site>(world: World) => World;
  readonly startRun: <World extends Site>(world: World) => World;
}

export function serverMoves(
  rules: Pick<Rules, 'raiseLease' | 'liftLease' | 'remainingMs' | 'startRun'>,
  scenario: Pick<Scenario, 'cordonLimits' | 'outlastsRestart' | 'longestRunMs'>,
): ServerMoves {
  const raise = <World extends Site>(
    world: World,
    { holder, leaseMs, renews }: Raise,
  ): Served<World, LeaseObservation> => {
    const { server } = world;
    const freshId = `lease ${server.leasesBegun + 1}`;
    const request = { holder, leaseMs, renews, freshId };
    const outcome = rules.raiseLease(server.cordon, request, 0, scenario.cordonLimits);
    if (!outcome.granted) {
      const answer = { type: 'unavailable', reason: 'http-status', message: 'refused', status: 409 } as const;
      return { answer, world, text: `the server refuses ${holder} a lease` };
    }
    const { lease, state: cordon } = outcome;
    const isNew = lease.id === freshId;
    const after = {
      cordon,
      leasesBegun: server.leasesBegun + (isNew ? 1 : 0),
      askedUntil: Math.max(server.askedUntil, leaseMs),
    };
    return {
      answer: { type: 'granted', ...lease },
      world: { ...world, server: after },
      text: `the server ${isNew ? `grants ${holder}` : 'renews'} ${lease.id}, for ${lease.leaseMs / 1000} s`,
    };
  };
  const lift = <World extends Site>(world: World, holder: string): World => {
    const { server } = world;
    return { ...world, server: { ...server, cordon: rules.liftLease(server.cordon, holder, 0) } };
  };

  return {
    raise,
    lift,
    liftAll: (world) => lift(world, ALL_HOLDERS),
    serve(world, question) {
      if (question.type === 'lease') return raise(world, raiseOf(question));
      const inFlight = countInFlight(world.runs.running.map(inPhase0));
      return { answer: { type: 'counted', inFlight }, world, text: `the server counts ${inFlight.count}` };
    },
    restart: (world) => ({
      ...world,
      server: scenario.outlastsRestart ? world.server : { ...world.server, cordon: NEVER_UP },
      runs: { ...world.runs, admitted: 0, running: [] },
    }),
    startRun(world) {
      const { server, runs } = world;
      const isCordonUp = rules.remainingMs(server.cordon, 0) > 0;
      return { ...world, runs: rules.startRun(runs, isCordonUp, scenario.longestRunMs) };
    },
  };
}

/** What a question for a lease sends. */
export function raiseOf({ state: { cordon } }: LeaseQuestion): Raise {
  return { holder: cordon.holder, leaseMs: cordon.leaseMs, renews: leaseOf(cordon)?.id };
}

function inPhase0(_: number, index: number) {
  return { id: String(index), status: 'tofu-applying' };
}
