import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';

/** How a process ended, with what it wrote. */
export interface Ended {
  /** The exit status; `null` when a signal killed it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process under way. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves once standard error or output holds the text, with what it matched and what its groups did. */
  readonly saw: (text: string | RegExp) => Promise<readonly string[]>;
  readonly ended: Promise<Ended>;
}

export type Env = Readonly<Record<string, string>>;

/** Starts a program in an environment that holds nothing but PATH and what is given. Killed when the test ends. */
export function start(file: string, args: readonly string[], env: Env = {}): Running {
  const child = spawn(file, args, { env: { PATH: process.env['PATH'], ...env }, stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.on('error', () => undefined); // it may have ended before it read what a test sends
  const output = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const watch of watchers) watch();
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, ...output });
    });
  });
  const saw = (text: string | RegExp) =>
    new Promise<readonly string[]>((resolve, reject) => {
      const watch = () => {
        const written = output.stdout + output.stderr;
        const found = typeof text === 'string' ? written.includes(text) && [text] : text.exec(written);
        if (!found) return;
        watchers.delete(watch);
        resolve(found);
      };
      watchers.add(watch);
      watch();
      void ended.then(({ status, stdout, stderr }) => {
        reject(
          new Error(`ended with ${String(status)} before it wrote ${String(text)}\n${stdout}\n${stderr}`),
        );
      }, reject);
    });
  return { child, saw, ended };
}

/** Runs a script in the process, before the command line. */
export function preload(script: string): Env {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}
