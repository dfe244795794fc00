import { info, warning } from '@actions/core';
import {
  internalFailure,
  makeUncordonPlan,
  runUncordon,
  sanitise,
  type Setting,
  UsageError,
} from '@quietgate/job';
import { idTokenFrom } from './id-token.ts';
import { readInputs } from './inputs.ts';
import { type LeaseState, readLeaseState } from './lease-state.ts';

/**
 * At the end of the job: releases the leases where the step was killed, or where the job waits for the rollout. What to release,
 * and where, is what the step has noted, whatever the inputs are by now; the token and the headers are not noted.
 */
export async function endJob(process: NodeJS.Process): Promise<void> {
  const { env } = process;
  try {
    const state = readLeaseState(env);
    const isWanted = state.holder !== '' && (state.liftsAtJobEnd || !state.deployGoes);
    if (isWanted) await releaseAll(state, env);
  } catch (error) {
    warning(sanitise(error instanceof UsageError ? error.message : internalFailure(error).message));
  }
  // Not left to the event loop, which a name that is still being looked up would hold.
  process.exit();
}

async function releaseAll({ holder, urls }: LeaseState, env: NodeJS.ProcessEnv): Promise<void> {
  const inputs = readInputs('uncordon');
  await Promise.all(
    urls.map(async (url) => {
      const noted = Object.entries({ url, holder }).map(
        ([name, value]) => [name, [{ name, value }]] as const,
      );
      const given = new Map<string, readonly Setting[]>([...inputs, ...noted]);
      const plan = makeUncordonPlan(given, env, idTokenFrom(env));
      const { isGone, line } = await runUncordon(plan, env, info);
      if (isGone) info(line);
      else warning(line);
    }),
  );
}
