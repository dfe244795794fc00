import {
  checksJson,
  type CheckPlan,
  chooseReporter,
  describeCheck,
  makeCheckPlan,
  makePlan,
  makeStatusPlan,
  makeUncordonPlan,
  onSignals,
  internalFailure,
  resultJson,
  runCheck,
  runGate,
  runStatus,
  runUncordon,
  stopsDeploy,
  UsageError,
  workflowCommand,
} from '@quietgate/job';
import manifest from '../package.json' with { type: 'json' };
import { helpText } from './help.ts';
import { parseArgs } from './parse-args.ts';

/** Runs the command line and ends the process. */
export async function main(process: NodeJS.Process): Promise<void> {
  const { stdout, stderr } = process;
  // A reader that is gone, as with `quietgate | head -1`, or a full disk: the deploy still needs its gate.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);

  const status = await run(process).catch((error: unknown) => {
    if (error instanceof UsageError) {
      stderr.write(usageError(error.message, process.env));
      return 2;
    }
    stderr.write(`${internalFailure(error).message}\n`);
    return 0;
  });
  await Promise.all([flushed(stdout), flushed(stderr)]);
  // Not left to the event loop, which a name that is still being looked up would hold.
  process.exit(status);
}

/** @returns the exit status */
async function run({ argv, env, stdout, stderr }: NodeJS.Process): Promise<number> {
  const request = parseArgs(argv.slice(2));
  switch (request.type) {
    case 'help':
      stdout.write(helpText(request.of));
      return 0;
    case 'version':
      stdout.write(`${manifest.version}\n`);
      return 0;
    case 'wait': {
      const plan = makePlan(request.settings, env, request.command);
      const { result } = await runGate(plan, chooseReporter({ plan, stdout, stderr, env }), env);
      if (plan.json) stdout.write(`${resultJson(result)}\n`);
      return stopsDeploy(result, plan) ? 1 : 0;
    }
    case 'uncordon': {
      onSignals(() => undefined);
      const plan = makeUncordonPlan(request.settings, env);
      const { isGone, line } = await runUncordon(plan, env);
      if (!isGone) stderr.write(`${line}\n`);
      else if (!plan.silent) stdout.write(`${line}\n`);
      return isGone ? 0 : 1;
    }
    case 'status': {
      onSignals(() => undefined);
      const { isQuiet, lines } = await runStatus(makeStatusPlan(request.settings, env), env).catch(
        unknownStatus,
      );
      stdout.write(`${lines.join('\n')}\n`);
      if (isQuiet === undefined) return 3;
      return isQuiet ? 0 : 1;
    }
    case 'check':
      onSignals(() => undefined);
      return check(makeCheckPlan(request.settings, env), env, stdout);
    case 'until':
      throw new UsageError(`${request.type} is not there yet`);
  }
}

/** @returns the exit status */
async function check(plan: CheckPlan, env: NodeJS.ProcessEnv, stdout: NodeJS.WriteStream): Promise<number> {
  const { checks, wasAnswered } = await runCheck(plan, env);
  const lines = plan.json ? [checksJson(plan.url, checks)] : checks.map(describeCheck);
  stdout.write(`${lines.join('\n')}\n`);
  if (!wasAnswered) return 3;
  return checks.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

/** A defect of quietgate's own says nothing about the server, and must not read as quiet. */
function unknownStatus(error: unknown): Awaited<ReturnType<typeof runStatus>> {
  return { lines: [`unknown: ${internalFailure(error).message}`] };
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
