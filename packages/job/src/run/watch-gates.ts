import { type GateEvent, systemClock } from '@quietgate/core';
import { type HeldReport, readGates } from '@quietgate/core/internal';
import { createNetwork, type Network } from '../network/create-network.ts';
import type { Phase } from '../network/phase.ts';
import type { Plan } from '../plan/plan.ts';
import type { JobResult } from '../report/job-result.ts';
import { nextProgress, NO_PROGRESS, type Progress } from '../report/progress.ts';
import { describeRestart, describeRollNews } from '../report/roll-lines.ts';
import { allTermsOf } from '../report/terms.ts';
import type { Ended, Reporter } from './reporter.ts';

/** The phases of a request that a server has heard of. */
const REACHED: ReadonlySet<Phase> = new Set(['waiting', 'reading']);

/** Hears of the events of each gate while it waits, by its place in the plan. */
export type OnEvent = (event: GateEvent, server: number) => void;

/** What the gates of a plan report, from their start to the release of their leases. */
export interface GateWatch {
  /** Hears of gates that are held, as core's hold does. */
  readonly notice: (server: number, report: HeldReport, result: JobResult) => void;
  /** The gates, which begin at once. */
  readonly gatesFor: (signal: AbortSignal) => ReturnType<typeof readGates>;
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
  /** The servers of which it has been heard in this turn that their cordon is lost. */
  const lost = new Set<number>();
  let startedAt = 0;
  let isWaiting = true;

  const hear = (event: GateEvent, server: number) => {
    const before = seen[server] ?? NO_PROGRESS;
    const progress = nextProgress(before, event);
    seen[server] = progress;
    if (isWaiting) {
      onEvent(event, server);
      reporter.progress(server, progress);
    } else if (progress.cordonNews !== before.cordonNews) {
      noteNews(server, before);
    }
  };
  /** A lease that another one replaces is reported by two events, one right after the other, which are one line. */
  const noteNews = (server: number, before: Progress) => {
    const each = terms[server] ?? terms[0];
    const news = seen[server]?.cordonNews;
    const note = (line: string, isWarning: boolean) => {
      reporter.note(each.name === undefined ? line : `${each.name}: ${line}`, isWarning);
    };
    if (news?.type === 'cordoned' && lost.delete(server)) note(describeRestart(each), false);
    else if (news?.type === 'uncordoned') {
      lost.add(server);
      queueMicrotask(() => {
        if (lost.delete(server)) note(describeRollNews(news, before, each), true);
      });
    } else if (news !== undefined) note(describeRollNews(news, before, each), news.type === 'left');
  };
  const notice: GateWatch['notice'] = (server, report, { outcome, elapsedMs }) => {
    const before = seen[server] ?? NO_PROGRESS;
    if (report === 'renewed') {
      seen[server] = { ...before, renewedAtMs: systemClock.now() - startedAt };
      return;
    }
    const progress = { ...before, held: report === 'waiting' ? undefined : { outcome, elapsedMs } };
    seen[server] = progress;
    if (!isWaiting || seen.every(({ held }) => held !== undefined)) return;
    // Those that ended last were not reported to wait for others, of which there seemed to be none.
    const reported = report === 'waiting' ? [...seen.keys()].filter((each) => seen[each]?.held) : [];
    for (const each of [...reported, server]) reporter.progress(each, seen[each] ?? progress);
  };
  return {
    notice,
    gatesFor(signal) {
      startedAt = systemClock.now();
      return readGates(
        watched.map(({ gate, network: { fetch } }, server) => ({
          ...gate,
          signal,
          fetch,
          onEvent: (event) => {
            hear(event, server);
          },
        })),
      );
    },
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
