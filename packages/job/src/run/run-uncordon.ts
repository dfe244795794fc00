import { fetchCordon, uncordon } from '@quietgate/core';
import { createNetwork } from '../network/create-network.ts';
import type { UncordonPlan } from '../plan/uncordon-plan.ts';
import { describeLeft, describeUp } from '../report/describe-cordon.ts';
import { timeIn } from './time-in.ts';

/** How long the cordon is looked at, which only serves to say more. */
const LOOK_MS = 2000;

/** Ends a lease, or all of them. Returns what has become of it, as one line for people. */
export async function runUncordon(
  plan: UncordonPlan,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly isGone: boolean; readonly line: string }> {
  const { url, token, headers, requestTimeoutMs, retries, ending } = plan;
  const whose = 'all' in ending ? 'every lease' : `lease of ${ending.holder}`;
  const { fetch } = createNetwork(env, plan);
  const access = { url, token, headers, fetch };
  const look = () =>
    fetchCordon({ ...access, requestTimeoutMs: Math.min(requestTimeoutMs, LOOK_MS) }).catch(() => undefined);
  const before = await look();
  try {
    await uncordon({ ...access, requestTimeoutMs, retries, ...ending });
  } catch (error) {
    return { isGone: false, line: describeLeft(whose, error) };
  }
  const heldNone = 'holder' in ending && before?.holders.includes(ending.holder) === false;
  const what = heldNone ? `${ending.holder} held no lease, nothing was released` : `${whose} released`;
  return { isGone: true, line: describeRest(what, await look()) };
}

/** What was released, and what keeps the cordon up all the same. */
function describeRest(what: string, cordon: Awaited<ReturnType<typeof fetchCordon>> | undefined): string {
  if (cordon === undefined) return what;
  if (cordon.remainingMs === 0) return `${what}; cordon down: new runs may start`;
  return `${what}; ${describeUp(cordon.remainingMs, cordon.holders, timeIn)}`;
}
