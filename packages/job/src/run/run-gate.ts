import { systemClock } from '@quietgate/core';
import { holdGates } from '@quietgate/core/internal';
import type { Plan } from '../plan/plan.ts';
import type { Progress } from '../report/progress.ts';
import { describeRollEnd } from '../report/roll-lines.ts';
import { afterGates, type JobEnd } from './after-gates.ts';
import type { Reporter } from './reporter.ts';
import { signalStatus, takeSignals } from './signals.ts';
import { timeIn } from './time-in.ts';
import { type OnEvent, watchGates } from './watch-gates.ts';

/** What a job ends with, and what its gates have reported, down to the release of their leases. */
export interface ReportedEnd extends JobEnd {
  /** What has ended the wait, if a signal has: then no gate has ended, and the status is the signal's. */
  readonly signal?: NodeJS.Signals;
  readonly seen: readonly Progress[];
  readonly elapsedMs: number;
}

/**
 * Holds until the gates open, or quietgate itself fails; then runs the command, if there is one. Reports on all of it. A
 * signal ends the wait, or is passed on to the command; where the deploy does not go, the leases are released.
 */
export async function runGate(
  plan: Plan,
  reporter: Reporter,
  process: Pick<NodeJS.Process, 'env' | 'on' | 'platform'>,
  onEvent: OnEvent = () => undefined,
): Promise<ReportedEnd> {
  let startedAt = 0;
  const elapsed = () => systemClock.now() - startedAt;
  const { env } = process;
  const { cordon } = plan.servers[0].gate;
  const heedsOrphaning = plan.command !== undefined || cordon !== undefined;
  const signals = takeSignals(process, { heedsOrphaning });
  const stopping = new AbortController();
  const watch = watchGates(plan, reporter, { env, signal: stopping.signal, elapsed, onEvent });
  const { follow, followDefect } = afterGates(plan, { env, reporter, signals, watch, elapsed });

  let stoppedBy: NodeJS.Signals | undefined;
  signals.to((signal, why) => {
    signals.to(undefined);
    watch.stop(`${why}, without a green light`);
    stoppedBy = signal;
    stopping.abort();
  });
  // A failure that no promise reports, as in a timer, ends the wait; once the command runs it changes nothing any more.
  process.on('uncaughtException', (error) => {
    stopping.abort(error);
  });
  const reported = (end: JobEnd): ReportedEnd => ({ ...end, seen: watch.seen(), elapsedMs: elapsed() });
  try {
    reporter.start();
    startedAt = systemClock.now();
    const end = await holdGates(watch.gates, ({ results, endBy }) => follow(results, endBy), watch.notice);
    const { roll, status } = end;
    if (roll !== undefined) {
      const isKept = roll.isKept && cordon !== undefined;
      const kept = isKept ? { holder: cordon.holder, until: timeIn(cordon.leaseMs) } : undefined;
      reporter.note(
        describeRollEnd({ ...roll, status, kept, seen: watch.seen(), elapsedMs: elapsed() }),
        false,
      );
    }
    return reported(end);
  } catch (error) {
    if (stoppedBy === undefined) return { ...(await followDefect(error)), seen: [], elapsedMs: 0 };
    return { ...reported({ ended: [], status: signalStatus(stoppedBy) }), signal: stoppedBy };
  }
}
