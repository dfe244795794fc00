import { getInput, info, warning } from '@actions/core';
import { makePlan, internalFailure, runUncordon, sanitise, UsageError } from '@quietgate/job';
import { readInputs } from './inputs.ts';
import { readLeaseState } from './lease-state.ts';

void post();

/** At the end of the job: ends the lease where the deploy did not go ahead, or where the job waits for the rollout. */
async function post(): Promise<void> {
  const { holder, deployGoes } = readLeaseState();
  try {
    if (holder !== '') await endLease(holder, deployGoes);
  } catch (error) {
    warning(sanitise(error instanceof UsageError ? error.message : internalFailure(error).message));
  }
  // Not left to the event loop, which a name that is still being looked up would hold.
  process.exit();
}

async function endLease(holder: string, deployGoes: boolean): Promise<void> {
  const { servers, host, uncordonsAtJobEnd } = makePlan(readInputs(getInput), process.env);
  const [{ gate }] = servers;
  if (gate.cordon === undefined || (deployGoes && !uncordonsAtJobEnd)) return;
  const { token } = gate.cordon;
  const { isGone, line } = await runUncordon(
    { ...gate, host, token, ending: { holder }, silent: false },
    process.env,
  );
  if (isGone) info(line);
  else warning(line);
}
