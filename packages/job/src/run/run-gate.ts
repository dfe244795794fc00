import { type GateEvent, waitForQuiet } from '@quietgate/core';
import { createNetwork } from '../network/create-network.ts';
import type { Phase } from '../network/phase.ts';
import { type Plan, stopsDeploy } from '../plan/plan.ts';
import { internalFailure, type JobResult } from '../report/job-result.ts';
import { nextProgress, NO_PROGRESS, type Progress } from '../report/progress.ts';
import { leasedNetwork } from './lift-lease.ts';
import { onSignals } from './on-signals.ts';
import type { Reporter } from './reporter.ts';

/** The phases of a request that a server has heard of. */
const REACHED: ReadonlySet<Phase> = new Set(['waiting', 'reading']);

/**
 * Holds until the gate opens, or quietgate itself fails, and reports on it. A signal ends the process meanwhile. When the
 * deploy will not go, the lease of its cordon is lifted.
 */
export async function runGate(
  plan: Plan,
  reporter: Reporter,
  env: NodeJS.ProcessEnv,
  onEvent: (event: GateEvent) => void = () => undefined,
): Promise<{ result: JobResult; progress: Progress }> {
  const [{ gate }] = plan.servers;
  const network = createNetwork(env, { host: plan.host, requestTimeoutMs: gate.requestTimeoutMs });
  const leased = leasedNetwork(network, gate);
  let progress = NO_PROGRESS;
  const stopped = new AbortController();
  const hold = async () => {
    reporter.start();
    return waitForQuiet({
      ...gate,
      fetch: (leased ?? network).fetch,
      onEvent(event) {
        if (stopped.signal.aborted) return;
        progress = nextProgress(progress, event, gate.intervalMs);
        onEvent(event);
        reporter.progress(progress);
      },
    });
  };
  const lift =
    leased &&
    (async () => {
      const lifted = await leased.lift();
      if (lifted !== undefined) reporter.note(lifted.line, lifted.isTrouble);
    });

  const stop = (why: string) => {
    stopped.abort();
    reporter.stop(why);
  };

  const failed = (error: unknown) => internalFailure(error, gate.cordon?.holder);

  onSignals(stop, lift);
  const result = await Promise.race([hold().catch(failed), strayFailure().then(failed)]);
  if (stopped.signal.aborted) await new Promise(() => undefined); // the process ends when its lease is lifted
  progress = {
    ...progress,
    hasReachedServer: REACHED.has(network.phase()),
    remedy: network.failure()?.remedy,
  };
  reporter.end(result, progress);
  if (stopsDeploy(result, plan)) await lift?.();
  return { result, progress };
}

/** A failure that no promise of the gate's reports, as in a timer. Those after the first change nothing any more. */
function strayFailure(): Promise<Error> {
  return new Promise((resolve) => {
    process.on('uncaughtException', resolve);
  });
}
