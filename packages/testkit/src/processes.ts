import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { type Ended, Output } from './output.ts';

export type { Ended };

/** A program under way. */
export interface Running {
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves once standard error or output holds the text, with what it matched and what its groups did. */
  readonly saw: (text: string | RegExp) => Promise<readonly string[]>;
  readonly ended: Promise<Ended>;
}

/** One in a process of its own. */
export interface RunningProcess extends Running {
  readonly child: ChildProcessWithoutNullStreams;
}

export type Env = Readonly<Record<string, string>>;

/** Starts a program in an environment that holds nothing but PATH and what is given. Killed when the test ends. */
export function start(file: string, args: readonly string[], env: Env = {}): RunningProcess {
  const child = spawn(file, args, { env: { PATH: process.env['PATH'], ...env }, stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.on('error', () => undefined); // it may have ended before it read what a test sends
  const output = new Output();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output.write(name, text);
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, ...output.written });
    });
  });
  return {
    child,
    kill: (signal) => void child.kill(signal),
    saw: (text) => output.saw(text, ended),
    ended,
  };
}

/** Runs a script in the process, before the command line. */
export function preload(script: string): Env {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}
