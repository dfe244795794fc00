import { getInput, setFailed, setOutput, warning } from '@actions/core';
import {
  allTermsOf,
  chooseReporter,
  commandEnvironment,
  endBy,
  exitWhenWritten,
  internalFailure,
  type JobResult,
  makePlan,
  outliveReaders,
  type Plan,
  type ReportedEnd,
  runCommand,
  runGate,
  scriptCommand,
  takeSignals,
  UsageError,
} from '@quietgate/job';
import { appendFile } from 'node:fs/promises';
import { type History, NO_HISTORY, remember } from './history.ts';
import { hasIdTokens, idTokenFrom, NO_ID_TOKEN } from './id-token.ts';
import { readInputs } from './inputs.ts';
import { saveDeployGoes, saveLeases } from './lease-state.ts';
import { outputsOf } from './outputs.ts';
import { stepSummary } from './step-summary.ts';

/** Runs the step, and ends the process. */
export async function runStep(process: NodeJS.Process): Promise<void> {
  outliveReaders(process);
  let end: StepEnd | undefined;
  try {
    const plan = readPlan(process.env);
    end = await hold(plan, process);
    await report(end, plan, process);
  } catch (error) {
    if (error instanceof UsageError) setFailed(`wrong usage: ${error.message}`);
    else if (end === undefined) await failOpen(error, process);
    else warning(`the step could not be reported on: ${String(error)}`);
  }
  await exitWhenWritten(process);
}

function readPlan(env: NodeJS.ProcessEnv): Plan {
  const inputs = readInputs('wait');
  const isWithoutIdToken = inputs.has('cordon-audience') && !hasIdTokens(env);
  return makePlan(inputs, env, {
    idToken: idTokenFrom(env),
    cordonAdvice: isWithoutIdToken ? NO_ID_TOKEN : undefined,
  });
}

/** How the gates and the script have ended, and what the gates saw while they waited. */
interface StepEnd {
  readonly end: ReportedEnd;
  readonly histories: readonly History[];
}

async function hold(plan: Plan, process: NodeJS.Process): Promise<StepEnd> {
  const { cordon } = plan.servers[0].gate;
  if (cordon !== undefined) {
    const urls = plan.servers.map(({ gate }) => gate.url);
    saveLeases({ holder: cordon.holder, urls, liftsAtJobEnd: plan.uncordonsAtJobEnd });
  }
  const histories: History[] = plan.servers.map(() => NO_HISTORY);
  const { stdout, stderr, env } = process;
  const reporter = await chooseReporter({ plan, stdout, stderr, env, isStdoutTaken: false });
  const end = await runGate(plan, reporter, process, ({ type, lastSeen, elapsedMs }, server) => {
    const isCounted = type === 'waiting' || type === 'settling';
    if (isCounted) histories[server] = remember(histories[server] ?? NO_HISTORY, lastSeen, elapsedMs);
  });
  return { end, histories }; // and nothing that may fail: the script would run once more
}

async function report({ end, histories }: StepEnd, plan: Plan, process: NodeJS.Process): Promise<void> {
  const { env } = process;
  const { cordon } = plan.servers[0].gate;
  process.exitCode = end.status; // why has been said
  if (cordon !== undefined && (end.status === 0 || plan.command !== undefined) && end.signal === undefined) {
    saveDeployGoes(env, cordon.holder);
  }
  if (end.ended.length > 0) writeOutputs(end.ended.map(({ result }) => result));
  // A runner without summaries still has the log.
  const whole = histories.map((history, server) => withGreenLight(history, end.ended[server]?.result));
  const summary = stepSummary(end, whole, allTermsOf(plan));
  await appendFile(env['GITHUB_STEP_SUMMARY'] ?? '', summary).catch(() => undefined);
  if (end.signal !== undefined) endBy(process, end.signal);
}

function withGreenLight(history: History, result: JobResult | undefined): History {
  return result?.outcome === 'quiet' ? remember(history, result.lastSeen, result.elapsedMs) : history;
}

function writeOutputs(results: readonly JobResult[]): void {
  try {
    for (const [name, value] of Object.entries(outputsOf(results))) setOutput(name, value);
  } catch (error) {
    warning(`the outputs could not be written: ${String(error)}`);
  }
}

/** A failure before the gate is an outcome like any other: the deploy goes ahead, script and all, unless `fail-on` says no. */
async function failOpen(error: unknown, process: NodeJS.Process): Promise<void> {
  const result = internalFailure(error);
  const { message, outcome } = result;
  writeOutputs([result]);
  const failOn = getInput('fail-on').split(/[\s,]+/);
  const isUncordoned = getInput('cordon').toLowerCase() === 'true' && failOn.includes('uncordoned');
  if (failOn.includes('failed-open') || isUncordoned) {
    setFailed(message);
    return;
  }
  warning(message);
  const script = getInput('run');
  if (script === '') return;
  const ownEnv = commandEnvironment(process.env, { outcome, holder: undefined });
  const { status } = await runCommand(
    scriptCommand(script),
    ownEnv,
    takeSignals(process, { heedsOrphaning: false }),
  );
  process.exitCode = status;
}
