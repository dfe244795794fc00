import { waitForQuiet, type WaitForQuietOptions } from '@quietgate/core';
import { stopsDeploy } from '../args/plan.ts';
import { hasProxy } from '../proxy/proxy-for.ts';
import { resultJson } from '../report/result-json.ts';
import { type Audience, chooseReporter } from './choose-reporter.ts';

/** The statuses that a shell gives to a process that a signal ended. */
const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

/** Holds until the gate opens, tells about it and returns the exit status. A signal ends the process meanwhile. */
export async function runGate(audience: Audience): Promise<number> {
  const { plan, json, stdout, env } = audience;
  const reporter = chooseReporter(audience);
  for (const [signal, status] of SIGNALS) {
    process.once(signal, () => {
      reporter.stop(`stopped by ${signal}, without a green light`);
      process.exit(status);
    });
  }

  reporter.start();
  const { failOn, ...options } = plan;
  const fetch = hasProxy(env) ? await loadProxiedFetch(env) : undefined;
  const result = await waitForQuiet({ ...options, fetch, onEvent: reporter.event });
  reporter.end(result);
  if (json) stdout.write(`${resultJson(result)}\n`);
  return stopsDeploy(result, { failOn }) ? 1 : 0;
}

/** Only when it is needed: it takes as long to load as all the rest. */
async function loadProxiedFetch(env: NodeJS.ProcessEnv): Promise<WaitForQuietOptions['fetch']> {
  const { proxiedFetch } = await import('../proxy/proxied-fetch.ts');
  return proxiedFetch(env);
}
