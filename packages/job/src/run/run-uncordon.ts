import { uncordon } from '@quietgate/core';
import { createNetwork } from '../network/create-network.ts';
import type { UncordonPlan } from '../plan/uncordon-plan.ts';
import { describeLeft } from '../report/describe-cordon.ts';

/** Ends a lease, or all of them. Returns what has become of it, as one line for people. */
export async function runUncordon(
  plan: UncordonPlan,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly isGone: boolean; readonly line: string }> {
  const { url, token, headers, requestTimeoutMs, retries, ending } = plan;
  const whose = 'all' in ending ? 'every lease' : `the lease of ${ending.holder}`;
  try {
    const { fetch } = createNetwork(env, plan);
    await uncordon({ url, token, headers, fetch, requestTimeoutMs, retries, ...ending });
    return { isGone: true, line: `uncordoned: ${whose} has ended` };
  } catch (error) {
    return { isGone: false, line: describeLeft(whose, error) };
  }
}
