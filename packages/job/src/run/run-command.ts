import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import type { CommandPlan } from '../plan/plan.ts';
import type { Signals } from './signals.ts';

/** What a shell says of a command that it cannot find, and of one that it finds and cannot execute. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/** How a command has ended. */
export interface CommandEnd {
  /** Its exit status, or 128 + n when signal n ended it. */
  readonly status: number;
  /** Why it was not run. */
  readonly problem?: string;
}

/**
 * Runs a command with the standard streams of this process, and passes signals on to it. What the command leaves running
 * behind it is not waited for.
 */
export async function runCommand(
  { file, args }: Pick<CommandPlan, 'file' | 'args'>,
  env: NodeJS.ProcessEnv,
  signals: Signals,
): Promise<CommandEnd> {
  try {
    // Some failures it throws, as of a path that leads through a file; the child reports the others.
    return await endOf(spawn(file, args, { stdio: 'inherit', env }), signals);
  } catch (error) {
    return notRun(error as NodeJS.ErrnoException);
  }
}

/** Rejects when the child could not be started. */
function endOf(child: ChildProcess, signals: Signals): Promise<CommandEnd> {
  signals.to((signal) => {
    if (!isSentByTerminal(signal)) child.kill(signal);
  });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      if (child.pid === undefined) reject(error);
    });
    child.once('exit', (code, signal) => {
      resolve({ status: signal === null ? (code ?? 1) : 128 + constants.signals[signal] });
    });
  });
}

/** Whether a terminal sends the signal to the command by itself, as to all processes in its foreground. */
function isSentByTerminal(signal: NodeJS.Signals): boolean {
  // Not by `process.stdin`, whose first use makes the input non-blocking, for the command too, whose reads would then fail.
  return (signal === 'SIGINT' || signal === 'SIGQUIT') && isatty(0);
}

function notRun({ code, message }: NodeJS.ErrnoException): CommandEnd {
  return code === 'ENOENT'
    ? { status: NOT_FOUND, problem: 'command not found' }
    : { status: NOT_EXECUTABLE, problem: `cannot be executed (${code ?? message})` };
}

/** The environment of a command: this one, without the cordon's token and the inputs of the action. */
export function commandEnvironment(
  env: NodeJS.ProcessEnv,
  { outcome, holder }: { readonly outcome: string; readonly holder: string | undefined },
): NodeJS.ProcessEnv {
  const own = Object.entries(env).filter(
    ([name]) => name !== 'CORDON_TOKEN' && name !== 'QUIETGATE_HOLDER' && !/^(?:INPUT|STATE)_/.test(name),
  );
  return {
    ...Object.fromEntries(own),
    QUIETGATE_OUTCOME: outcome,
    ...(holder === undefined ? {} : { QUIETGATE_HOLDER: holder }),
  };
}
