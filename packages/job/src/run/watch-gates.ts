import { type GateEvent, type WaitForQuietOptions } from '@quietgate/core';
import { createNetwork, type Network } from '../network/create-network.ts';
import type { Phase } from '../network/phase.ts';
import type { Plan } from '../plan/plan.ts';
import { describeCordonNews } from '../report/describe-cordon.ts';
import type { JobResult } from '../report/job-result.ts';
import { nextProgress, NO_PROGRESS, type Progress } from '../report/progress.ts';
import { allTermsOf } from '../report/terms.ts';
import type { Ended, Reporter } from './reporter.ts';

/** The phases of a request that a server has heard of. */
const REACHED: ReadonlySet<Phase> = new Set(['waiting', 'reading']);

/** Hears of the events of each gate while it waits, by its place in the plan. */
export type OnEvent = (event: GateEvent, server: number) => void;

/** What the gates of a plan report, from their start to the release of their leases. */
export interface GateWatch {
  /** The options of each gate. */
  readonly optionsFor: (signal: AbortSignal) => WaitForQuietOptions[];
  /** The gates have ended: reports how. */
  readonly end: (results: readonly JobResult[]) => readonly Ended[];
  /** A signal has ended the wait. */
  readonly stop: (why: string) => void;
  /** What each gate has reported so far. */
  readonly seen: readonly Progress[];
}

export function watchGates(
  plan: Plan,
  reporter: Reporter,
  env: NodeJS.ProcessEnv,
  onEvent: OnEvent,
): GateWatch {
  const terms = allTermsOf(plan);
  const watched = plan.servers.map(({ gate }) => ({
    gate,
    network: createNetwork(env, { host: plan.host, requestTimeoutMs: gate.requestTimeoutMs }),
  }));
  const seen: Progress[] = plan.servers.map(() => NO_PROGRESS);
  let isWaiting = true;

  const hear = (event: GateEvent, server: number) => {
    const progress = nextProgress(seen[server] ?? NO_PROGRESS, event);
    seen[server] = progress;
    if (isWaiting) {
      onEvent(event, server);
      reporter.progress(server, progress);
    } else if (progress.cordonNews?.type === event.type) {
      const line = describeCordonNews(progress.cordonNews, terms[server] ?? terms[0]);
      reporter.note(line, event.type === 'left' || event.type === 'uncordoned');
    }
  };
  return {
    optionsFor: (signal) =>
      watched.map(({ gate, network: { fetch } }, server) => ({
        ...gate,
        signal,
        fetch,
        onEvent: (event) => {
          hear(event, server);
        },
      })),
    end(results) {
      isWaiting = false;
      const ended = results.map((result, server) => endOf(result, seen[server], watched[server]?.network));
      reporter.end(ended);
      return ended;
    },
    stop(why) {
      isWaiting = false;
      reporter.stop(why);
    },
    seen,
  };
}

function endOf(result: JobResult, seen: Progress = NO_PROGRESS, network?: Network): Ended {
  const hasReachedServer = network !== undefined && REACHED.has(network.phase());
  return { result, progress: { ...seen, hasReachedServer, remedy: network?.failure()?.remedy } };
}
