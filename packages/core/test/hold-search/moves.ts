import type { LeaseObservation, PollObservation } from '../../src/gate/observation.ts';
import { serverMoves } from '../cordon-search/server-moves.ts';
import { siteAfterTick } from '../cordon-search/time.ts';
import type { ModelMove } from '../explore.ts';
import { holdActs } from './acts.ts';
import { rebased } from './rebased.ts';
import type { Rules } from './rules.ts';
import { type Scenario, TICK_MS } from './scenario.ts';
import { type HeldGate, nameOf, troubled, withGate, withSite, type World } from './world.ts';

/** One thing that happens. */
export interface Move extends ModelMove<World> {
  readonly type: 'gate' | 'server' | 'run' | 'rollout' | 'roll over' | 'crash' | 'operator' | 'time';
  /** The index of the server, or of the gate, whose doing it is. */
  readonly by?: number;
}

/** All that may happen next in a world. */
export function movesIn(rules: Rules, scenario: Scenario): (world: World) => readonly Move[] {
  const acts = holdActs(rules, scenario);
  const server = serverMoves(rules, scenario);

  return (world) => {
    if (world.roll.stage === 'over') return [];
    const indices = world.gates.map((_, index) => index);
    const attended = indices.flatMap((index): Move[] => {
      const after = acts.attend(world, index);
      const text = `${nameOf(world, index, 'gate')} asks whether it still has its lease`;
      return after === undefined ? [] : [{ type: 'gate', by: index, text, after }];
    });
    return [
      ...attended,
      ...indices.flatMap((index) => [...movesOfGate(world, index)]),
      ...indices.flatMap((index) => [...movesOfSite(world, index)]),
      ...movesOfRoll(world),
      ...(attended.length > 0 || isDue(world, scenario)
        ? []
        : [{ type: 'time', text: 'a second passes', after: afterTick(world, scenario) } as const]),
    ];
  };

  function* movesOfGate(world: World, index: number): Generator<Move> {
    const at = world.gates[index]?.at;
    const name = nameOf(world, index, 'gate');
    const gate = (text: string, after: World): Move => ({
      type: 'gate',
      by: index,
      text: `${name} ${text}`,
      after,
    });
    const hears = (from: World, answer: PollObservation | LeaseObservation, text: string) => {
      const after = acts.hear(from, index, answer);
      return gate(`${text}${rollText(from, after)}`, after);
    };

    if (at?.type === 'pausing' && at.wakesAt <= 0) yield gate('goes on', acts.wake(world, index));
    if (at?.type !== 'asking') return;
    const site = world.sites[index];
    const held = world.gates[index];
    if (at.answer !== undefined) yield hears(world, at.answer, `hears ${answerText(at.answer)}`);
    else if (site !== undefined && held !== undefined) {
      const served = server.serve(site, at.question);
      const after = withGate(withSite(world, index, served.world), index, {
        ...held,
        at: { ...at, answer: served.answer },
      });
      yield { type: 'server', by: index, text: served.text, after };
    }
    if (world.troubles.losses < scenario.losses)
      yield hears(troubled(world, 'losses'), UNREACHABLE, 'loses the connection');
    if (at.overAt <= 0) yield hears(world, TOO_LATE, 'hears nothing in time');
  }

  function* movesOfSite(world: World, index: number): Generator<Move> {
    const site = world.sites[index];
    if (site === undefined) return;
    const name = nameOf(world, index, 'server');
    const { runs } = site;
    const started = server.startRun(site);
    if (started.runs !== runs)
      yield { type: 'run', text: `a run starts on ${name}`, after: withSite(world, index, started) };
    for (const endsBy of new Set(runs.running)) {
      const running = runs.running.toSpliced(runs.running.indexOf(endsBy), 1);
      const after = withSite(world, index, { ...site, runs: { ...runs, running } });
      yield { type: 'run', text: `a run ends on ${name}`, after };
    }
    const isSpared = scenario.sparesProof && hasProof(world, index);
    const mayCrash = index === 0 && world.troubles.crashes < scenario.crashes;
    if (mayCrash && (scenario.outlastsRestart || !isSpared)) {
      const after = withSite(troubled(world, 'crashes'), index, server.restart(site));
      yield { type: 'crash', text: `${name} crashes and restarts`, after };
    }
    if (world.troubles.operatorLifts < scenario.operatorLifts && !isSpared) {
      const after = withSite(troubled(world, 'operatorLifts'), index, server.liftAll(site));
      yield { type: 'operator', text: `an operator releases every lease of ${name}`, after };
    }
  }

  function* movesOfRoll(world: World): Generator<Move> {
    const { roll } = world;
    if (roll.stage !== 'rolling') return;
    for (const [index, site] of world.sites.entries()) {
      const restarts = roll.restarts[index] ?? 0;
      if (restarts === scenario.restarts) continue;
      const killed = site.runs.running.length;
      const text = `the rollout restarts ${nameOf(world, index, 'server')}${killed > 0 ? ' and kills a run' : ''}`;
      const after = {
        ...withSite(world, index, server.restart(site)),
        roll: { ...roll, restarts: roll.restarts.with(index, restarts + 1) },
      };
      yield { type: 'rollout', by: index, text, after };
    }
    yield { type: 'roll over', text: 'the roll is over', after: acts.endRoll(world) };
  }
}

const UNREACHABLE = { type: 'unavailable', reason: 'unreachable', message: 'reset' } as const;
const TOO_LATE = { type: 'unavailable', reason: 'request-timeout', message: 'no answer' } as const;

function rollText(before: World, after: World): string {
  return before.roll.stage === 'ahead' && after.roll.stage === 'rolling' ? ', and the roll begins' : '';
}

function answerText(answer: PollObservation | LeaseObservation): string {
  switch (answer.type) {
    case 'counted':
      return `of ${answer.inFlight.count} in flight`;
    case 'granted':
      return `of ${answer.id}`;
    case 'unavailable':
      return 'the refusal';
  }
}

/** Whether the lease of a gate has been proved for the roll, as far as the server knows. */
function hasProof(world: World, index: number): boolean {
  if (world.roll.stage === 'rolling') return true;
  const at = world.gates[index]?.at;
  if (at === undefined) return false;
  if (world.hold.stage === 'proving' && world.hold.gates[index] === 'quiet') return true;
  if (at.type !== 'asking' || at.question.type !== 'lease' || at.answer?.type !== 'granted') return false;
  const { purpose } = at.question.state.pending;
  return purpose === (world.gates.length === 1 ? 'proof' : 'hold-proof');
}

function isDue({ gates, sites, troubles }: World, { delays }: Scenario): boolean {
  return (
    sites.some(({ runs }) => runs.running.some((endsBy) => endsBy <= 0)) ||
    gates.some(
      ({ at }) =>
        (at.type === 'pausing' && at.wakesAt <= 0) ||
        (at.type === 'asking' && (at.overAt <= 0 || troubles.delays >= delays)),
    )
  );
}

/** No cordon gets as far as its limits, so nothing is kept apart that happened longer ago than this. */
const LOOKS_BACK = { maxUpMs: 8 * TICK_MS, restMs: TICK_MS };

function afterTick(before: World, { delays }: Scenario): World {
  const isDelay = delays < Infinity && before.gates.some(({ at }) => at.type === 'asking');
  const world = isDelay ? troubled(before, 'delays') : before;
  const later = world.gates.map(gateAfterTick);
  return {
    ...world,
    sites: world.sites.map((site) => siteAfterTick(site, LOOKS_BACK)),
    gates: world.roll.stage === 'rolling' ? later.map(rebased) : later,
  };
}

function gateAfterTick(gate: HeldGate): HeldGate {
  const { at } = gate;
  const startedAt = gate.startedAt - TICK_MS;
  switch (at.type) {
    case 'asking':
      return { ...gate, startedAt, at: { ...at, overAt: at.overAt - TICK_MS } };
    case 'pausing':
      return { ...gate, startedAt, at: { ...at, wakesAt: at.wakesAt - TICK_MS } };
    case 'holding':
      return { ...gate, startedAt };
    case 'over':
      return gate;
  }
}
