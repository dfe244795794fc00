import {
  checkServer,
  checksJson,
  type CheckPlan,
  chooseReporter,
  describeCheck,
  makeCheckPlan,
  endBy,
  endOnSignals,
  exitWhenWritten,
  internalFailure,
  jointResultJson,
  makePlan,
  makeStatusPlan,
  makeUncordonPlan,
  makeUntilPlan,
  outliveReaders,
  type Plan,
  resultJson,
  runGate,
  runStatus,
  runUncordon,
  runUntil,
  UsageError,
  workflowCommand,
} from '@quietgate/job';
import manifest from '../package.json' with { type: 'json' };
import { helpText } from './help.ts';
import { parseArgs, type Request } from './parse-args.ts';

const NOT_ASKED = 'cordon not asked: that takes a URL, and the token in CORDON_TOKEN';

/** Runs the command line and ends the process. What it throws is a failure of quietgate itself. */
export async function main(process: NodeJS.Process): Promise<void> {
  const { stderr, env, argv } = process;
  outliveReaders(process);
  try {
    process.exitCode = await run(parseArgs(argv.slice(2)), process);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    stderr.write(usageError(error.message, env));
    process.exitCode = 2;
  }
  await exitWhenWritten(process);
}

/** @returns the exit status */
async function run(request: Request, process: NodeJS.Process): Promise<number> {
  const { env, stdout, stderr } = process;
  switch (request.type) {
    case 'help':
      stdout.write(helpText(request.of));
      return 0;
    case 'version':
      stdout.write(`${manifest.version}\n`);
      return 0;
    case 'wait':
      return wait(makePlan(request.settings, env, { command: request.command }), process);
    case 'uncordon': {
      const plan = makeUncordonPlan(request.settings, env);
      endOnSignals(process);
      const { isGone, line } = await runUncordon(plan, env, (failure) => {
        if (!plan.silent) stderr.write(`${failure}\n`);
      });
      if (!isGone) stderr.write(`${line}\n`);
      else if (!plan.silent) stdout.write(`${line}\n`);
      return isGone ? 0 : 1;
    }
    case 'status': {
      const plan = makeStatusPlan(request.settings, env);
      endOnSignals(process);
      const { isQuiet, lines } = await runStatus(plan, env).catch(unknownStatus);
      stdout.write(`${lines.join('\n')}\n`);
      // For a person: a script may have no token on purpose.
      if (stdout.isTTY && plan.token === undefined && !plan.json) stdout.write(`${NOT_ASKED}\n`);
      if (isQuiet === undefined) return 3;
      return isQuiet ? 0 : 1;
    }
    case 'until': {
      const plan = makeUntilPlan(request.settings, env);
      endOnSignals(process);
      const { isThere, line } = await runUntil(plan, env, (progress) => {
        stderr.write(`${progress}\n`);
      });
      stderr.write(`${line}\n`);
      return isThere ? 0 : 1;
    }
    case 'check':
      endOnSignals(process);
      return check(makeCheckPlan(request.settings, env), env, stdout);
  }
}

/** @returns the exit status */
async function check(plan: CheckPlan, env: NodeJS.ProcessEnv, stdout: NodeJS.WriteStream): Promise<number> {
  const { checks, wasAnswered } = await checkServer(plan, env);
  const lines = plan.json ? [checksJson(plan.url, checks)] : checks.map((each) => describeCheck(each, plan));
  stdout.write(`${lines.join('\n')}\n`);
  if (!wasAnswered) return 3;
  return checks.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

async function wait(plan: Plan, process: NodeJS.Process): Promise<number> {
  const { env, stdout, stderr } = process;
  const isStdoutTaken = plan.json || plan.command !== undefined;
  const reporter = await chooseReporter({ plan, stdout, stderr, env, isStdoutTaken });
  const { ended, status, signal } = await runGate(plan, reporter, process);
  if (signal !== undefined) endBy(process, signal);
  if (plan.json) {
    const results = ended.map(({ result }, server) => ({
      url: plan.servers[server]?.gate.url ?? '',
      result,
    }));
    const [only] = results;
    stdout.write(`${results.length === 1 && only ? resultJson(only.result) : jointResultJson(results)}\n`);
  }
  return status;
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
