import manifest from '../../package.json' with { type: 'json' };
import { HELP } from '../args/help.ts';
import { type Command, parseArgs } from '../args/parse-args.ts';
import { workflowCommand } from '../report/workflow-command.ts';
import { tellOwnFailure } from './own-failure.ts';
import { runGate } from './run-gate.ts';
import type { Write } from './reporter.ts';

/** Runs the command line and ends the process. */
export async function main({ argv, env, stdout, stderr }: NodeJS.Process): Promise<void> {
  const out: Write = (text) => void stdout.write(text);
  const log: Write = (text) => void stderr.write(text);
  // A reader that is gone, as with `quietgate | head -1`, or a full disk: the deploy still needs its gate.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);

  const known: { command?: Command } = {};
  process.once('uncaughtException', (error) => {
    process.exit(tellOwnFailure(error, known.command, out, log));
  });
  known.command = parseArgs(argv.slice(2), env);

  const status = await run(known.command);
  await Promise.all([flushed(stdout), flushed(stderr)]);
  // Not left to the event loop: a connection to a host that never answers outlives the cap.
  process.exit(status);

  async function run(command: Command): Promise<number> {
    switch (command.type) {
      case 'help':
        out(HELP);
        return 0;
      case 'version':
        out(`${manifest.version}\n`);
        return 0;
      case 'wrong-usage':
        log(usageError(command.message, env));
        return 2;
      case 'run':
        return runGate({ ...command, stdout, stderr, env });
    }
  }
}

function usageError(message: string, env: NodeJS.ProcessEnv): string {
  return env['GITHUB_ACTIONS'] === 'true'
    ? `${workflowCommand('error', message, 'quietgate: wrong usage')}\n`
    : `quietgate: ${message}\nTry 'quietgate --help'.\n`;
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });
}
