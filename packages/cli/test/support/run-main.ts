import type { Ended, Env } from '@quietgate/testkit/processes';
import { Writable } from 'node:stream';
import { main } from '../../src/main.ts';

/** Runs the command line in this process, from its sources: for what ends before anything is asked. */
export async function runMain(args: readonly string[], env: Env = {}): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) =>
    new Writable({
      write(text: Buffer, _, done) {
        written[name] += text.toString();
        done();
      },
    });
  let status: number | null = null;
  const exit = (given: number) => (status = given);
  const argv = [process.execPath, 'quietgate', ...args];
  const seen: object = { argv, env, stdout: stream('stdout'), stderr: stream('stderr'), exit };
  await main(seen as NodeJS.Process);
  return { status, ...written };
}
