import type { Move } from './move.ts';
import type { Rules } from './rules.ts';
import type { Scenario } from './scenario.ts';
import type { ServerMoves } from './server-moves.ts';
import { type Deploy, type Ended, holderOf, withDeploy, type World } from './world.ts';

/** What becomes of a deploy once its gate has let it go: its rollout, and the end of a job that waits for that. */
export function jobMoves(
  rules: Rules,
  scenario: Scenario,
  server: ServerMoves,
): (world: World, deploy: Deploy, index: number) => Generator<Move> {
  return function* movesOfJob(world, deploy, index) {
    const by = holderOf(index);
    const ofWhat = scenario.deploys === 1 ? '' : ` of deploy ${by}`;
    if (deploy.phase === 'ended' && mayRoll(deploy, scenario)) {
      const text = `the rollout${ofWhat} restarts the server${killText(world)}`;
      yield {
        type: 'rollout',
        by,
        text,
        after: withDeploy(server.restart(world), index, { phase: 'rolled' }),
      };
    }
    if (scenario.liftsAtJobEnd && rules.mayLift(deploy)) {
      yield { type: 'job end', by, text: `the job${ofWhat} lifts its lease`, after: server.lift(world, by) };
    }
  };
}

function mayRoll({ outcome, cordonedUntil }: Ended, { rollsWithinLease }: Scenario): boolean {
  return !rollsWithinLease || outcome !== 'quiet under a lease' || cordonedUntil > 0;
}

function killText({ runs }: World): string {
  return ['', ' and kills a run', ' and kills two runs'][runs.running.length] ?? '';
}
