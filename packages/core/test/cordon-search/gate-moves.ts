import type { LeaseObservation, PollObservation } from '../../src/gate/observation.ts';
import { type Act, gateActs } from './gate-acts.ts';
import type { Move } from './move.ts';
import type { Rules } from './rules.ts';
import type { Scenario } from './scenario.ts';
import { raiseOf, type ServerMoves } from './server-moves.ts';
import { type Asking, type Deploy, holderOf, troubled, withDeploy, type World } from './world.ts';

/** What the gate of a deploy may do next, and what may become of its request. */
export function gateMoves(
  rules: Rules,
  scenario: Scenario,
  server: ServerMoves,
): (world: World, deploy: Deploy, index: number) => Generator<Move> {
  const gate = gateActs(rules, scenario);
  const isAlone = scenario.deploys === 1;

  return function* movesOfGate(world, deploy, index) {
    if (deploy.phase === 'asking') yield* movesOfRequest(world, deploy, index);
    if (deploy.phase === 'pausing' && deploy.wakesAt === 0) yield act(world, index, gate.wake(deploy));
    if (deploy.phase === 'ahead' && mayBegin(world, scenario, index))
      yield act(world, index, gate.begin(index));
  };

  function act(world: World, index: number, { deploy, text }: Act, why = ''): Move {
    const { wasLifted } = world.deploys[index] ?? {};
    const name = isAlone ? 'the gate' : `gate ${holderOf(index)}`;
    const after = withDeploy(world, index, wasLifted === undefined ? deploy : { ...deploy, wasLifted });
    return { type: 'gate', by: holderOf(index), text: `${name} ${why}${text}`, after };
  }

  function* movesOfRequest(world: World, asking: Asking, index: number): Generator<Move> {
    const { answer, question, overAt } = asking;
    const hears = (from: World, observed: PollObservation | LeaseObservation, why: string) =>
      act(from, index, gate.hear(asking, observed), why);

    if (answer === undefined) {
      const served = server.serve(world, question);
      const forWhom = isAlone || question.type === 'lease' ? '' : ` for gate ${holderOf(index)}`;
      const after = withDeploy(served.world, index, { ...asking, answer: served.answer });
      yield { type: 'server', by: holderOf(index), text: `${served.text}${forWhom}`, after };
    } else {
      yield hears(world, answer, `hears ${answerText(answer)} and `);
    }
    if (world.troubles.losses < scenario.losses) {
      yield hears(troubled(world, 'losses'), UNREACHABLE, 'loses the connection and ');
    }
    if (overAt > 0) return;
    yield hears(world, TOO_LATE, 'hears nothing in time and ');
    if (answer !== undefined || question.type !== 'lease') return;
    if (world.troubles.lateRaises < scenario.lateRaises) {
      const lateRaises = [...world.lateRaises, raiseOf(question)];
      const why = 'hears nothing in time, leaves its request on the way, and ';
      yield hears({ ...troubled(world, 'lateRaises'), lateRaises }, TOO_LATE, why);
    }
  }
}

const UNREACHABLE = { type: 'unavailable', reason: 'unreachable', message: 'reset' } as const;
const TOO_LATE = { type: 'unavailable', reason: 'request-timeout', message: 'no answer' } as const;

function answerText(answer: PollObservation | LeaseObservation): string {
  switch (answer.type) {
    case 'counted':
      return String(answer.inFlight.count);
    case 'granted':
      return `of ${answer.id}`;
    case 'unavailable':
      return 'the refusal';
  }
}

/** Deploys are alike, so that the first one may as well be the first to begin. */
function mayBegin({ deploys }: World, { isSerialised }: Scenario, index: number): boolean {
  return deploys
    .slice(0, index)
    .every(({ phase }) => (isSerialised ? phase === 'rolled' : phase !== 'ahead'));
}
