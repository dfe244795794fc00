import { fetchCordon, uncordon } from '@quietgate/core';
import { createNetwork } from '../network/create-network.ts';
import type { UncordonPlan } from '../plan/uncordon-plan.ts';
import { describeLeft, describeUp } from '../report/describe-cordon.ts';
import { timeIn } from './time-in.ts';

/** Ends a lease, or all of them. Returns what has become of it, as one line for people. */
export async function runUncordon(
  plan: UncordonPlan,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly isGone: boolean; readonly line: string }> {
  const { url, token, headers, requestTimeoutMs, retries, ending } = plan;
  const whose = 'all' in ending ? 'every lease' : `lease of ${ending.holder}`;
  const { fetch } = createNetwork(env, plan);
  const asked = { url, token, headers, fetch, requestTimeoutMs };
  try {
    await uncordon({ ...asked, retries, ...ending });
  } catch (error) {
    return { isGone: false, line: describeLeft(whose, error) };
  }
  return { isGone: true, line: await describeRelease(whose, asked) };
}

/**
 * A lease is gone once it was released, and also when there was none: where the cordon is still up, it may have been the
 * wrong one.
 */
async function describeRelease(whose: string, asked: Parameters<typeof fetchCordon>[0]): Promise<string> {
  const cordon = await fetchCordon(asked).catch(() => undefined); // only to say more
  if (cordon === undefined) return `${whose} released`;
  if (cordon.remainingMs === 0) return `${whose} released: cordon down, new runs may start`;
  return `${whose} is gone, but other leases last: ${describeUp(cordon.remainingMs, cordon.holders, timeIn)}`;
}
