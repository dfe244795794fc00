import { systemClock } from '@quietgate/core';
import { type HoldContext, holdGates, LIFT_WITHOUT_ROLL_MS } from '@quietgate/core/internal';
import { type Plan, stopsDeploy } from '../plan/plan.ts';
import { HEARTBEAT_MS } from '../report/log-lines.ts';
import { internalFailure, type JobResult } from '../report/job-result.ts';
import { jointOutcome } from '../report/joint-outcome.ts';
import { describeRoll, describeRollEnd, type RollEnd } from '../report/roll-lines.ts';
import { commandName } from '../report/terms.ts';
import type { Progress } from '../report/progress.ts';
import type { Ended, Reporter } from './reporter.ts';
import type { CommandEnd } from './run-command.ts';
import { signalStatus, takeSignals } from './signals.ts';
import { timeIn } from './time-in.ts';
import { type OnEvent, watchGates } from './watch-gates.ts';

/** What a job ends with. */
export interface JobEnd {
  /** How each gate has ended, in the order of the plan's servers; nothing where a signal has ended the wait. */
  readonly ended: readonly Ended[];
  /** The exit status: 0 where the deploy may go, 1 where `fail-on` stops it; the command's; or the signal's. */
  readonly status: number;
  /** What has ended the wait, if a signal has. */
  readonly signal?: NodeJS.Signals;
  /** Of a command that was run: from the start to when it was started, and how long it ran. */
  readonly roll?: Pick<RollEnd, 'command' | 'waitedMs' | 'isQuiet' | 'ranMs'> & { readonly isKept: boolean };
}

/** The same with what the gates have reported, down to the release of their leases. */
export interface ReportedEnd extends JobEnd {
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
  const { command } = plan;
  const { env } = process;
  const { cordon } = plan.servers[0].gate;
  const holder = cordon?.holder;
  const signals = takeSignals(process, { heedsOrphaning: command !== undefined || holder !== undefined });
  const stopping = new AbortController();
  const watch = watchGates(plan, reporter, { env, signal: stopping.signal, elapsed, onEvent });

  const follow = async (results: readonly JobResult[], endBy: HoldContext['endBy']): Promise<JobEnd> => {
    signals.to(undefined);
    const ended = watch.end(results);
    if (results.some((result) => stopsDeploy(result, plan))) {
      endBy(LIFT_WITHOUT_ROLL_MS);
      return { ended, status: 1 };
    }
    if (command === undefined) {
      // Stryker disable next-line StringLiteral: what is neither a time nor 'keep' leaves the leases
      endBy('leave');
      return { ended, status: 0 };
    }
    const name = commandName(command);
    const waitedMs = elapsed();
    // Only when it is needed: it takes a while to load.
    const { commandEnvironment, runCommand } = await import('./run-command.ts');
    const ownEnv = commandEnvironment(env, { outcome: jointOutcome(results), holder });
    const heart = setInterval(() => {
      reporter.note(describeRoll(watch.seen(), elapsed(), name), false);
    }, HEARTBEAT_MS).unref();
    ran = runCommand(command, ownEnv, signals);
    const { status, problem } = await ran;
    const ranMs = elapsed() - waitedMs;
    clearInterval(heart);
    signals.to(undefined);
    if (problem !== undefined) reporter.note(`${name}: ${problem}`, true);
    const isKept = status === 0 && command.keepsLease;
    if (isKept) endBy('keep');
    const isQuiet = results.every(({ outcome }) => outcome === 'quiet');
    return { ended, status, roll: { command: name, waitedMs, isQuiet, ranMs, isKept } };
  };
  let ran: Promise<CommandEnd> | undefined;
  let followed: Promise<JobEnd> | undefined;
  /** What follows the gates happens once, also when quietgate fails meanwhile. */
  const followOnce = (results: readonly JobResult[], endBy: HoldContext['endBy'] = () => undefined) =>
    (followed ??= follow(results, endBy));

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
    const end = await holdGates(
      watch.gates,
      ({ results, endBy }) => followOnce(results, endBy),
      watch.notice,
    );
    const { roll, status } = end;
    if (roll !== undefined) {
      const kept =
        roll.isKept && cordon !== undefined
          ? { holder: cordon.holder, until: timeIn(cordon.leaseMs) }
          : undefined;
      const rollEnd = { ...roll, status, kept, seen: watch.seen(), elapsedMs: elapsed() };
      reporter.note(describeRollEnd(rollEnd), false);
    }
    return reported(end);
  } catch (error) {
    if (stoppedBy !== undefined) {
      return reported({ ended: [], status: signalStatus(stoppedBy), signal: stoppedBy });
    }
    const end = await followOnce(plan.servers.map(() => internalFailure(error, holder))).catch(
      async (defect: unknown): Promise<JobEnd> => {
        if (ran === undefined) throw defect;
        return { ended: [], status: (await ran).status }; // a caller would run the command once more
      },
    );
    return { ...end, seen: [], elapsedMs: 0 };
  }
}
