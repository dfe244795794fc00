import { getInput, setFailed, setOutput, summary, warning } from '@actions/core';
import {
  allTermsOf,
  chooseReporter,
  endBy,
  internalFailure,
  type JobResult,
  makePlan,
  type Plan,
  runGate,
  UsageError,
} from '@quietgate/job';
import { type History, NO_HISTORY, remember } from './history.ts';
import { hasIdTokens, idTokenFrom, NO_ID_TOKEN } from './id-token.ts';
import { readInputs } from './inputs.ts';
import { saveDeployGoes, saveLeases } from './lease-state.ts';
import { outputsOf } from './outputs.ts';
import { stepSummary } from './step-summary.ts';

const { env, stdout, stderr } = process;

void main();

async function main(): Promise<void> {
  try {
    await runStep(readPlan());
  } catch (error) {
    if (error instanceof UsageError) setFailed(`wrong usage: ${error.message}`);
    else failOpen(error);
  }
  // Not left to the event loop, which a name that is still being looked up would hold.
  process.exit();
}

function readPlan(): Plan {
  const inputs = readInputs(getInput);
  const isWithoutIdToken = inputs.has('cordon-audience') && !hasIdTokens(env);
  return makePlan(inputs, env, {
    idToken: idTokenFrom(env),
    cordonAdvice: isWithoutIdToken ? NO_ID_TOKEN : undefined,
  });
}

async function runStep(plan: Plan): Promise<void> {
  const { cordon } = plan.servers[0].gate;
  if (cordon !== undefined) {
    const urls = plan.servers.map(({ gate }) => gate.url);
    saveLeases({ holder: cordon.holder, urls, liftsAtJobEnd: plan.uncordonsAtJobEnd });
  }
  const histories: History[] = plan.servers.map(() => NO_HISTORY);
  const reporter = await chooseReporter({ plan, stdout, stderr, env, isStdoutTaken: false });
  const end = await runGate(plan, reporter, env, (event, server) => {
    const isCounted = event.type === 'waiting' || event.type === 'settling';
    if (isCounted) see(server, event.lastSeen, event.elapsedMs);
  });
  function see(server: number, seen: Parameters<typeof remember>[1], atMs: number): void {
    histories[server] = remember(histories[server] ?? NO_HISTORY, seen, atMs);
  }
  for (const [server, { result }] of end.ended.entries()) {
    if (result.outcome === 'quiet') see(server, result.lastSeen, result.elapsedMs);
  }
  process.exitCode = end.status; // why has been said
  if (cordon !== undefined && (end.status === 0 || plan.command !== undefined) && end.signal === undefined) {
    saveDeployGoes(env, cordon.holder);
  }
  if (end.ended.length > 0) writeOutputs(end.ended.map(({ result }) => result));
  // A runner without summaries still has the log.
  await summary
    .addRaw(stepSummary(end, histories, allTermsOf(plan)))
    .write()
    .catch(() => undefined);
  if (end.signal !== undefined) endBy(end.signal);
}

function writeOutputs(results: readonly JobResult[]): void {
  try {
    for (const [name, value] of Object.entries(outputsOf(results))) setOutput(name, value);
  } catch (error) {
    warning(`the outputs could not be written: ${String(error)}`);
  }
}

/** A failure before the gate, or beside it, is an outcome like any other: the deploy goes ahead unless `fail-on` says no. */
function failOpen(error: unknown): void {
  const result = internalFailure(error);
  const { message } = result;
  writeOutputs([result]);
  const failOn = getInput('fail-on').split(/[\s,]+/);
  const isUncordoned = getInput('cordon').toLowerCase() === 'true' && failOn.includes('uncordoned');
  if (failOn.includes('failed-open') || isUncordoned) setFailed(message);
  else warning(message);
}
