import type { Ended, Env } from '@quietgate/testkit/processes';
import { type RunningHere, startHere, type Surroundings } from '@quietgate/testkit/run-here';
import { main } from '../../src/main.ts';

/** Starts the command line from its sources, in this process: for all that is not about processes. */
export function startMain(args: readonly string[], env: Env = {}, more: Surroundings = {}): RunningHere {
  return startHere(main, args, { env, ...more });
}

/** The same, on a time that stands still but for what the test allows. */
export function startHeld(args: readonly string[], env: Env = {}, more: Surroundings = {}): RunningHere {
  return startMain(args, env, { isHeld: true, ...more });
}

/** Runs it to its end. */
export function runMain(args: readonly string[], env: Env = {}): Promise<Ended> {
  return startMain(args, env).ended;
}
