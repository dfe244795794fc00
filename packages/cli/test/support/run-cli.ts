import { type Ended, type Env, type RunningProcess, start } from '@quietgate/testkit/processes';
import { fileURLToPath } from 'node:url';

/** The bundle, as users get it. */
export const BIN: string = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

/** Starts the command line. */
export function startCli(args: readonly string[], env: Env = {}): RunningProcess {
  return start(process.execPath, [BIN, ...args], env);
}

/** Runs the command line to its end. */
export function runCli(args: readonly string[], env: Env = {}): Promise<Ended> {
  return startCli(args, env).ended;
}
