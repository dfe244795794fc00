import { type HoldContext, LIFT_WITHOUT_ROLL_MS } from '@quietgate/core/internal';
import { type CommandPlan, type Plan, stopsDeploy } from '../plan/plan.ts';
import { internalFailure, type JobResult } from '../report/job-result.ts';
import { jointOutcome } from '../report/joint-outcome.ts';
import { HEARTBEAT_MS } from '../report/log-lines.ts';
import { describeRoll, type RollEnd } from '../report/roll-lines.ts';
import { commandName } from '../report/terms.ts';
import type { Ended, Reporter } from './reporter.ts';
import type { CommandEnd } from './run-command.ts';
import type { Signals } from './signals.ts';
import type { GateWatch } from './watch-gates.ts';

/** What a job ends with, where no signal has ended the wait. */
export interface JobEnd {
  /** How each gate has ended, in the order of the plan's servers. */
  readonly ended: readonly Ended[];
  /** The exit status: 0 where the deploy may go, 1 where `fail-on` stops it; or the command's. */
  readonly status: number;
  /** Of a command that was run: from the start to when it was started, and how long it ran. */
  readonly roll?: Pick<RollEnd, 'command' | 'waitedMs' | 'isQuiet' | 'ranMs'> & { readonly isKept: boolean };
}

/** What a job has around its gates. */
export interface JobContext {
  readonly env: NodeJS.ProcessEnv;
  readonly reporter: Reporter;
  readonly signals: Signals;
  readonly watch: Pick<GateWatch, 'end' | 'seen'>;
  /** How long ago the gates began, in milliseconds. */
  readonly elapsed: () => number;
}

/** What follows the gates. It happens once, whatever fails meanwhile: who asks again gets the same end. */
export interface AfterGates {
  /** Reports how they ended; then runs the command, if there is one and the deploy goes ahead. */
  readonly follow: (results: readonly JobResult[], endBy: HoldContext['endBy']) => Promise<JobEnd>;
  /** The same where quietgate itself has failed, as where every gate failed open. Rejects only where no command was run. */
  readonly followDefect: (error: unknown) => Promise<JobEnd>;
}

export function afterGates(plan: Plan, { env, reporter, signals, watch, elapsed }: JobContext): AfterGates {
  const { command } = plan;
  const holder = plan.servers[0].gate.cordon?.holder;
  let ran: Promise<CommandEnd> | undefined;
  let end: Promise<JobEnd> | undefined;

  const goOn = async (results: readonly JobResult[], endBy: HoldContext['endBy']): Promise<JobEnd> => {
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
    ran = run(command, results);
    const { status, problem } = await ran;
    const ranMs = elapsed() - waitedMs;
    if (problem !== undefined) reporter.note(`${name}: ${problem}`, true);
    const isKept = status === 0 && command.keepsLease;
    if (isKept) endBy('keep');
    const isQuiet = results.every(({ outcome }) => outcome === 'quiet');
    return { ended, status, roll: { command: name, waitedMs, isQuiet, ranMs, isKept } };
  };

  const run = async (command: CommandPlan, results: readonly JobResult[]): Promise<CommandEnd> => {
    // Only when it is needed: it takes a while to load.
    const { commandEnvironment, runCommand } = await import('./run-command.ts');
    const ownEnv = commandEnvironment(env, { outcome: jointOutcome(results), holder });
    const heart = setInterval(() => {
      reporter.note(describeRoll(watch.seen(), elapsed(), commandName(command)), false);
    }, HEARTBEAT_MS).unref();
    const commandEnd = await runCommand(command, ownEnv, signals);
    clearInterval(heart);
    signals.to(undefined);
    return commandEnd;
  };

  return {
    follow: (results, endBy) => (end ??= goOn(results, endBy)),
    async followDefect(error) {
      const results = plan.servers.map(() => internalFailure(error, holder));
      try {
        return await (end ??= goOn(results, () => undefined));
      } catch (defect) {
        if (ran === undefined) throw defect;
        return { ended: [], status: (await ran).status }; // a caller would run the command once more
      }
    },
  };
}
