import { fetchCordon, uncordon } from '@quietgate/core';
import { createNetwork } from '../network/create-network.ts';
import { reportingFailures } from '../network/reporting-failures.ts';
import type { UncordonPlan } from '../plan/uncordon-plan.ts';
import { describeLeft, describeUp } from '../report/describe-cordon.ts';
import { describeFailure } from '../report/describe-progress.ts';
import { timeIn } from './time-in.ts';

/** How long the cordon is looked at, which only serves to say more. */
const LOOK_MS = 2000;

/**
 * Ends a lease, or all of them. Returns what has become of it, as one line for people.
 *
 * @param report is told of each attempt that failed, where another one follows
 */
export async function runUncordon(
  plan: UncordonPlan,
  env: NodeJS.ProcessEnv,
  report: (line: string) => void,
): Promise<{ readonly isGone: boolean; readonly line: string }> {
  const { url, token, headers, requestTimeoutMs, retries, ending } = plan;
  const whose = 'all' in ending ? 'every lease' : `lease of ${ending.holder}`;
  const { fetch } = createNetwork(env, plan);
  const access = { url, token, headers, fetch };
  const look = () =>
    fetchCordon({ ...access, requestTimeoutMs: Math.min(requestTimeoutMs, LOOK_MS) }).catch(() => undefined);
  const before = await look();
  try {
    const reported = reportingFailures(fetch, (failure, attempt) => {
      report(`attempt ${attempt} of ${retries + 1} failed: ${describeFailure(failure, plan)}; trying again`);
    });
    await uncordon({ ...access, fetch: reported, requestTimeoutMs, retries, ...ending });
  } catch (error) {
    const why = error instanceof Error ? error : new Error(String(error));
    return { isGone: false, line: describeLeft('all' in ending ? 'leases' : whose, why, plan) };
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
