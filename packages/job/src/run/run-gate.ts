import { type GateEvent, type QuietResult, waitForQuiet } from '@quietgate/core';
import type { Plan } from '../plan/plan.ts';
import { createNetwork } from '../network/create-network.ts';
import type { Phase } from '../network/phase.ts';
import { nextProgress, NO_PROGRESS, type Progress } from '../report/progress.ts';
import { onSignals } from './on-signals.ts';
import { ownFailure } from './own-failure.ts';
import type { Reporter } from './reporter.ts';

/** The phases of a request that a server has heard of. */
const REACHED: ReadonlySet<Phase> = new Set(['waiting', 'reading']);

/** Holds until the gate opens, or quietgate itself fails, and reports on it. A signal ends the process meanwhile. */
export async function runGate(
  plan: Plan,
  reporter: Reporter,
  env: NodeJS.ProcessEnv,
  onEvent: (event: GateEvent) => void = () => undefined,
): Promise<{ result: QuietResult; progress: Progress }> {
  const network = createNetwork(env, plan.host);
  let progress = NO_PROGRESS;
  const hold = async () => {
    reporter.start();
    return waitForQuiet({
      ...plan.gate,
      fetch: network.fetch,
      onEvent(event) {
        progress = nextProgress(progress, event, plan.gate.intervalMs);
        onEvent(event);
        reporter.progress(progress);
      },
    });
  };

  onSignals(reporter.stop);
  const result = await Promise.race([hold().catch(ownFailure), strayFailure()]);
  progress = { ...progress, hasReachedServer: REACHED.has(network.phase()) };
  reporter.end(result, progress);
  return { result, progress };
}

/** A failure that no promise of the gate's reports, as in a timer. Those after the first change nothing any more. */
function strayFailure(): Promise<QuietResult> {
  return new Promise((resolve) => {
    process.on('uncaughtException', (error) => {
      resolve(ownFailure(error));
    });
  });
}
