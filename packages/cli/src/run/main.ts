import manifest from '../../package.json' with { type: 'json' };
import { HELP } from '../args/help.ts';
import { type Command, parseArgs } from '../args/parse-args.ts';
import { workflowCommand } from '../report/workflow-command.ts';
import { tellOwnFailure } from './own-failure.ts';
import { runGate } from './run-gate.ts';

/** Runs the command line and ends the process. */
export async function main({ argv, env, stdout, stderr }: NodeJS.Process): Promise<void> {
  // A reader that is gone, as with `quietgate | head -1`, or a full disk: the deploy still needs its gate.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);

  const known: { command?: Command } = {};
  process.once('uncaughtException', (error) => {
    process.exit(tellOwnFailure(error, known.command, { stdout, stderr, env }));
  });
  known.command = parseArgs(argv.slice(2), env);

  const status = await run(known.command);
  await Promise.all([flushed(stdout), flushed(stderr)]);
  // Not left to the event loop: a connection to a host that never answers outlives the cap.
  process.exit(status);

  async function run(command: Command): Promise<number> {
    switch (command.type) {
      case 'help':
        stdout.write(HELP);
        return 0;
      case 'version':
        stdout.write(`${manifest.version}\n`);
        return 0;
      case 'wrong-usage':
        stderr.write(usageError(command.message, env));
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
