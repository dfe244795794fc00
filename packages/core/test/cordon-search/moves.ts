import { leaseOf } from '../../src/gate/gate-cordon.ts';
import { gateMoves } from './gate-moves.ts';
import { jobMoves } from './job-moves.ts';
import type { Move } from './move.ts';
import type { Rules } from './rules.ts';
import type { Scenario } from './scenario.ts';
import { type ServerMoves, serverMoves } from './server-moves.ts';
import { afterTick, isDue } from './time.ts';
import { type Deploy, gateState, hasProof, holderOf, troubled, type World } from './world.ts';

/** All that may happen next in a world. Where several things may, the search tries each of them. */
export function movesIn(rules: Rules, scenario: Scenario): (world: World) => readonly Move[] {
  const server = serverMoves(rules, scenario);
  const movesOfGate = gateMoves(rules, scenario, server);
  const movesOfJob = jobMoves(rules, scenario, server);
  return (world) => [
    ...world.deploys.flatMap((deploy, index) => [...movesOfGate(world, deploy, index)]),
    ...world.deploys.flatMap((deploy, index) => [...movesOfJob(world, deploy, index)]),
    ...movesOfRuns(world, server),
    ...lateArrivals(world, server),
    ...troubles(world, scenario, server),
    ...(isDue(world, scenario)
      ? []
      : [{ type: 'time', text: 'a second passes', after: afterTick(world, scenario) } as const]),
  ];
}

function* movesOfRuns(world: World, server: ServerMoves): Generator<Move> {
  const { runs } = world;
  const started = server.startRun(world);
  if (started.runs !== runs) yield { type: 'run', text: startText(world, started), after: started };
  const times = new Set(runs.running);
  for (const endsBy of times) {
    const running = runs.running.toSpliced(runs.running.indexOf(endsBy), 1);
    yield { type: 'run', text: 'a run ends', after: { ...world, runs: { ...runs, running } } };
  }
}

function startText(before: World, after: World): string {
  if (after.runs.running.length > before.runs.running.length) return 'a run starts';
  return 'a run finds the cordon down';
}

function* lateArrivals(world: World, server: ServerMoves): Generator<Move> {
  for (const late of world.lateRaises) {
    const lateRaises = world.lateRaises.filter((each) => each !== late);
    const { text, world: after } = server.raise({ ...world, lateRaises }, late);
    yield { type: 'server', by: late.holder, text: `${text}, on a late request`, after };
  }
}

function* troubles(world: World, scenario: Scenario, server: ServerMoves): Generator<Move> {
  const { crashes, operatorLifts } = world.troubles;
  const isSpared = scenario.sparesProof && world.deploys.some(hasProof);
  if (crashes < scenario.crashes && (scenario.outlastsRestart || !isSpared)) {
    const after = server.restart(troubled(world, 'crashes'));
    yield { type: 'crash', text: 'the server crashes and restarts', after };
  }
  if (operatorLifts < scenario.operatorLifts && !isSpared) {
    const lifted = server.liftAll(troubled(world, 'operatorLifts'));
    const deploys = world.deploys.map((deploy, index): Deploy =>
      knowsItsLease(world, index) ? { ...deploy, wasLifted: true } : deploy,
    );
    yield { type: 'operator', text: 'an operator lifts every lease', after: { ...lifted, deploys } };
  }
}

/** Whether a gate that goes on has heard of the lease that it has. */
function knowsItsLease({ server, deploys }: World, index: number): boolean {
  const deploy = deploys[index];
  const cordon = deploy && gateState(deploy)?.cordon;
  const id = cordon && leaseOf(cordon)?.id;
  return server.cordon.leases.some(
    (lease) => lease.holder === holderOf(index) && lease.id === id && lease.endsAt > 0,
  );
}
