import type { GateEvent, WaitForQuietOptions } from '@quietgate/core';
import type { HeldReport } from '@quietgate/core/internal';
import { createNetwork, type Network } from '../network/create-network.ts';
import type { Phase } from '../network/phase.ts';
import { eachServer, ofServer } from '../plan/per-server.ts';
import type { GatePlan, Plan } from '../plan/plan.ts';
import type { JobResult } from '../report/job-result.ts';
import { type CordonNews, newsAfter, nextProgress, NO_PROGRESS, type Progress } from '../report/progress.ts';
import { describeRestart, describeRollNews } from '../report/roll-lines.ts';
import { named, type Terms, termsOf, withCordon } from '../report/terms.ts';
import type { Ended, Reporter } from './reporter.ts';

/** The phases of a request that a server has heard of. */
const REACHED: ReadonlySet<Phase> = new Set(['waiting', 'reading']);

/** Hears of the events of each gate while it waits, by its place in the plan. */
export type OnEvent = (event: GateEvent, server: number) => void;

/** What a job gives to all of its gates. */
interface GateContext {
  readonly env: NodeJS.ProcessEnv;
  /** Stops them. */
  readonly signal: AbortSignal;
  /** How long ago they began, in milliseconds. */
  readonly elapsed: () => number;
  readonly onEvent: OnEvent;
}

/** The gates of a plan, and what they report, from their start to the release of their leases. */
export interface GateWatch {
  /** The options of the gates. */
  readonly gates: readonly WaitForQuietOptions[];
  /** Hears of gates that are held, as core's hold does. */
  readonly notice: (server: number, report: HeldReport, result: JobResult) => void;
  /** The gates have ended: reports how. */
  readonly end: (results: readonly JobResult[]) => readonly Ended[];
  /** A signal has ended the wait. */
  readonly stop: (why: string) => void;
  /** What each gate has reported so far. */
  readonly seen: () => readonly Progress[];
}

/** A server, with what its gate has reported so far. */
interface Watched {
  readonly gate: GatePlan;
  readonly network: Network;
  readonly terms: Terms;
  progress: Progress;
  /** It has been heard in this turn that the cordon is lost. */
  isLost: boolean;
}

export function watchGates(
  plan: Plan,
  reporter: Reporter,
  { env, signal, elapsed, onEvent }: GateContext,
): GateWatch {
  const servers = eachServer(plan.servers, (server): Watched => {
    const { gate } = server;
    const network = createNetwork(env, { host: plan.host, requestTimeoutMs: gate.requestTimeoutMs });
    return { gate, network, terms: termsOf(plan, server), progress: NO_PROGRESS, isLost: false };
  });
  let isWaiting = true;

  const hear = (watched: Watched, server: number, event: GateEvent) => {
    const before = watched.progress;
    watched.progress = nextProgress(before, event);
    if (isWaiting) {
      onEvent(event, server);
      reporter.progress(server, watched.progress);
      return;
    }
    const news = newsAfter(before.cordonNews, watched.progress);
    // Stryker disable next-line ConditionalExpression: gates that have ended report of their cordons alone
    if (news !== undefined) noteNews(watched, before, news);
  };
  /** A lease that another one replaces is reported by two events, one right after the other, which are one line. */
  const noteNews = (watched: Watched, before: Progress, news: CordonNews) => {
    const terms = withCordon(watched.terms);
    const note = (line: string, isWarning: boolean) => {
      reporter.note(named(terms, line), isWarning);
    };
    if (watched.isLost) {
      watched.isLost = false;
      note(describeRestart(terms), false);
    } else if (news.type === 'uncordoned') {
      watched.isLost = true;
      queueMicrotask(() => {
        if (!watched.isLost) return;
        watched.isLost = false;
        note(describeRollNews(news, before, terms), true);
      });
    } else note(describeRollNews(news, before, terms), news.type === 'left');
  };
  const notice: GateWatch['notice'] = (server, report, { outcome, elapsedMs }) => {
    const watched = ofServer(servers, server);
    if (report === 'renewed') {
      watched.progress = { ...watched.progress, renewedAtMs: elapsed() };
      return;
    }
    const isBack = report === 'waiting';
    watched.progress = { ...watched.progress, held: isBack ? undefined : { outcome, elapsedMs } };
    if (!isWaiting || servers.every(({ progress }) => progress.held !== undefined)) return;
    for (const [each, { progress }] of servers.entries()) {
      // Of those that ended last nobody has heard that they wait: they seemed to wait for none.
      if (each === server || (isBack && progress.held !== undefined)) reporter.progress(each, progress);
    }
  };
  return {
    gates: servers.map((watched, server) => ({
      ...watched.gate,
      signal,
      fetch: watched.network.fetch,
      onEvent: (event) => {
        hear(watched, server, event);
      },
    })),
    notice,
    end(results) {
      isWaiting = false;
      const ended = results.map((result, server) => endOf(result, ofServer(servers, server)));
      reporter.end(ended);
      return ended;
    },
    stop(why) {
      isWaiting = false;
      reporter.stop(why);
    },
    seen: () => servers.map(({ progress }) => progress),
  };
}

function endOf(result: JobResult, { network, progress }: Watched): Ended {
  const hasReachedServer = REACHED.has(network.phase());
  return { result, progress: { ...progress, hasReachedServer, remedy: network.failure()?.remedy } };
}
