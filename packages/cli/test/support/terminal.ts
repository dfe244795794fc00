import { execFileSync } from 'node:child_process';
import { type Env, type RunningProcess, start } from '@quietgate/testkit/processes';
import { BIN } from './run-cli.ts';

/** What opens a pseudo-terminal here: Node cannot do it by itself. */
const opener = findOpener();

/** Why a test on a terminal is skipped, or `undefined` when it can run. */
export const noTerminal: string | undefined =
  opener === undefined ? 'needs a pseudo-terminal: util-linux script, or python3' : undefined;

/** Starts the command line on a terminal; everything that it writes there is standard output. */
export function startOnTerminal(
  args: readonly string[],
  env: Env = {},
  { columns = 100, stdoutFile }: { columns?: number; stdoutFile?: string } = {},
): RunningProcess {
  const command = [process.execPath, BIN, ...args].map(shellQuote).join(' ');
  const redirection = stdoutFile === undefined ? '' : `> ${shellQuote(stdoutFile)}`;
  const script = `stty cols ${columns} rows 24; exec ${command} ${redirection}`;
  const [file, openerArgs] = opener?.(script) ?? ['false', []];
  return start(file, openerArgs, { TERM: 'xterm-256color', ...env });
}

type Opener = (script: string) => [file: string, args: string[]];

function findOpener(): Opener | undefined {
  if (succeeds('script', ['--version'])) return (script) => ['script', ['-qec', script, '/dev/null']];
  if (succeeds('python3', ['-c', 'import pty']))
    return (script) => ['python3', ['-c', PYTHON, 'sh', '-c', script]];
  return undefined;
}

const PYTHON = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';

function succeeds(file: string, args: readonly string[]): boolean {
  try {
    execFileSync(file, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function shellQuote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
