import { getInput, setFailed, setOutput, summary, warning } from '@actions/core';
import {
  chooseReporter,
  endBy,
  makePlan,
  internalFailure,
  type Plan,
  type Reporter,
  runGate,
  termsOf,
  UsageError,
} from '@quietgate/job';
import { NO_HISTORY, remember } from './history.ts';
import { readInputs } from './inputs.ts';
import { saveDeployGoes, saveHolder } from './lease-state.ts';
import { outputsOf } from './outputs.ts';
import { stepSummary } from './step-summary.ts';

const { env, stdout, stderr } = process;

void main();

async function main(): Promise<void> {
  try {
    const plan = makePlan(readInputs(getInput), env);
    await runStep(plan, await chooseReporter({ plan, stdout, stderr, env }));
  } catch (error) {
    if (error instanceof UsageError) setFailed(`wrong usage: ${error.message}`);
    else warning(internalFailure(error).message);
  }
  // Not left to the event loop, which a name that is still being looked up would hold.
  process.exit();
}

async function runStep(plan: Plan, reporter: Reporter): Promise<void> {
  const { cordon } = plan.servers[0].gate;
  if (cordon !== undefined) saveHolder(cordon.holder);
  let history = NO_HISTORY;
  const { ended, status, signal } = await runGate(plan, reporter, env, (event) => {
    const counted = event.type === 'waiting' || event.type === 'settling';
    if (counted) history = remember(history, event.lastSeen, event.elapsedMs);
  });
  if (signal !== undefined) endBy(signal);
  const [end] = ended;
  if (end === undefined) return;
  const { result, progress } = end;
  if (result.outcome === 'quiet') history = remember(history, result.lastSeen, result.elapsedMs);
  if (status !== 0)
    process.exitCode = status; // the reporter has said so
  else if (cordon !== undefined) saveDeployGoes();
  try {
    for (const [name, value] of Object.entries(outputsOf(result))) setOutput(name, value);
  } catch (error) {
    warning(`the outputs could not be written: ${String(error)}`);
  }
  // A runner without summaries still has the log.
  const written = summary
    .addRaw(stepSummary(result, progress, history, termsOf(plan, plan.servers[0])))
    .write();
  await written.catch(() => undefined);
}
