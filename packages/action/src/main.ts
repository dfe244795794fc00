import { ExitCode, getInput, setFailed, setOutput, summary, warning } from '@actions/core';
import { type QuietResult, waitForQuiet } from '@quietgate/core';
import { makePlan, type Plan, stopsDeploy } from '../../cli/src/args/plan.ts';
import { UsageError } from '../../cli/src/usage-error.ts';
import { follow, NO_PROGRESS } from '../../cli/src/report/progress.ts';
import { environmentFetch } from '../../cli/src/proxy/environment-fetch.ts';
import { chooseReporter } from '../../cli/src/run/choose-reporter.ts';
import { onSignals } from '../../cli/src/run/on-signals.ts';
import { ownFailure } from '../../cli/src/run/own-failure.ts';
import type { Reporter } from '../../cli/src/run/reporter.ts';
import { NO_HISTORY, remember } from './history.ts';
import { readInputs, readSilent } from './inputs.ts';
import { outputsOf } from './outputs.ts';
import { stepSummary } from './step-summary.ts';

const { env, stdout, stderr } = process;

void main();

async function main(): Promise<void> {
  try {
    const plan = makePlan(readInputs(getInput), env);
    const silent = readSilent(getInput);
    await runStep(plan, chooseReporter({ plan, silent, json: false, stdout, stderr, env }));
  } catch (error) {
    if (error instanceof UsageError) setFailed(`wrong usage: ${error.message}`);
    else warning(ownFailure(error).message);
  }
  // Not left to the event loop: a connection to a host that never answers outlives the cap.
  process.exit();
}

async function runStep(plan: Plan, reporter: Reporter): Promise<void> {
  let history = NO_HISTORY;
  let progress = NO_PROGRESS;
  const finish = async (result: QuietResult) => {
    reporter.end(result, progress);
    if (result.outcome === 'quiet') history = remember(history, result.lastSeen, result.elapsedMs);
    if (stopsDeploy(result, plan)) process.exitCode = ExitCode.Failure; // the reporter has said so
    try {
      for (const [name, value] of Object.entries(outputsOf(result))) setOutput(name, value);
    } catch (error) {
      warning(`the outputs could not be written: ${String(error)}`);
    }
    // A runner without summaries still has the log.
    const written = summary.addRaw(stepSummary(result, progress, history, plan)).write();
    await written.catch(() => undefined);
  };
  const hold = async () => {
    reporter.start();
    return waitForQuiet({
      ...plan,
      fetch: await environmentFetch(env),
      onEvent(event) {
        progress = follow(progress, event);
        reporter.progress(progress);
        const counted = event.type === 'waiting' || event.type === 'settling';
        if (counted) history = remember(history, event.lastSeen, event.elapsedMs);
      },
    });
  };

  onSignals(reporter.stop);
  process.once('uncaughtException', (error) => {
    void finish(ownFailure(error)).finally(() => process.exit());
  });
  await finish(await hold().catch(ownFailure));
}
