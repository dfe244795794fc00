import { info, warning } from '@actions/core';
import {
  exitWhenWritten,
  internalFailure,
  makeUncordonPlan,
  outliveReaders,
  runUncordon,
  sanitise,
  type Settings,
  type UncordonPlan,
  UsageError,
} from '@quietgate/job';
import { idTokenFrom } from './id-token.ts';
import { readInputs } from './inputs.ts';
import { readLeaseState } from './lease-state.ts';

/**
 * At the end of the job: releases the leases where the step was killed, or where the job waits for the rollout. What to release,
 * and where, is what the step has noted, whatever the inputs are by now; the token and the headers are not noted.
 */
export async function endJob(process: NodeJS.Process): Promise<void> {
  const { env } = process;
  outliveReaders(process);
  await orWarn(async () => {
    const { holder, urls, liftsAtJobEnd, deployGoes } = readLeaseState(env);
    if (holder === '' || (deployGoes && !liftsAtJobEnd)) return;
    await Promise.all(urls.map((url) => orWarn(() => release({ holder, url }, env))));
  });
  await exitWhenWritten(process);
}

/** What fails at the end of a job is a warning, and keeps nothing else from its end. */
async function orWarn(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    warning(sanitise(error instanceof UsageError ? error.message : internalFailure(error).message));
  }
}

type Noted = Readonly<Record<'holder' | 'url', string>>;

async function release(noted: Noted, env: NodeJS.ProcessEnv): Promise<void> {
  const { isGone, line } = await runUncordon(makePlan(noted, env), env, info);
  if (isGone) info(line);
  else warning(line);
}

/** An input that is wrong by now keeps no lease: it can do without all of them but the token. */
function makePlan(noted: Noted, env: NodeJS.ProcessEnv): UncordonPlan {
  const inputs = readInputs('uncordon');
  const own = Object.entries(noted).map(([name, value]) => [name, [{ name, value }]] as const);
  const planWith = (given: Settings) => makeUncordonPlan(new Map([...given, ...own]), env, idTokenFrom(env));
  try {
    return planWith(inputs);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const plan = planWith(new Map([...inputs].filter(([name]) => name.startsWith('cordon-'))));
    info(sanitise(error.message));
    return plan;
  }
}
