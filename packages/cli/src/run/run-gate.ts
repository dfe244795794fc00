import { waitForQuiet } from '@quietgate/core';
import { stopsDeploy } from '../args/plan.ts';
import { environmentFetch } from '../proxy/environment-fetch.ts';
import { follow, NO_PROGRESS } from '../report/progress.ts';
import { resultJson } from '../report/result-json.ts';
import { type Audience, chooseReporter } from './choose-reporter.ts';
import { onSignals } from './on-signals.ts';

/** Holds until the gate opens, tells about it and returns the exit status. A signal ends the process meanwhile. */
export async function runGate(audience: Audience): Promise<number> {
  const { plan, json, stdout, env } = audience;
  const reporter = chooseReporter(audience);
  onSignals(reporter.stop);

  reporter.start();
  const fetch = await environmentFetch(env);
  let progress = NO_PROGRESS;
  const result = await waitForQuiet({
    ...plan,
    fetch,
    onEvent(event) {
      progress = follow(progress, event);
      reporter.progress(progress);
    },
  });
  reporter.end(result, progress);
  if (json) stdout.write(`${resultJson(result)}\n`);
  return stopsDeploy(result, plan) ? 1 : 0;
}
