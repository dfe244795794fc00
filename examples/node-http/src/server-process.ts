import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own. */
export interface ServerProcess {
  readonly pid: number;
  /** The address that it listens on. */
  readonly url: string;
  /** What it has written so far, to standard output and standard error. */
  output(): string;
  /** Sends a signal and resolves with how the process ended: the signal's name, or its exit status. */
  end(signal: NodeJS.Signals): Promise<string | number>;
}

/** What a server is told through its environment; see the table in the README. */
export interface ServerEnvironment {
  readonly CORDON_TOKEN?: string;
  readonly DATA_DIR?: string;
  readonly HOST?: string;
  readonly PORT?: string;
  readonly SEED?: string;
  readonly STEP_MS?: string;
}

/** The server of this example. */
export const NODE_HTTP_SERVER: string = fileURLToPath(new URL('./main.ts', import.meta.url));

const PACKAGE_DIRECTORY = fileURLToPath(new URL('..', import.meta.url));
const TSCONFIG = fileURLToPath(new URL('../../../tsconfig.json', import.meta.url));
const START_LIMIT_MS = 60_000;

/**
 * Starts a server from its source and resolves once it listens and has settled what its predecessor left behind.
 *
 * @param entry the path of a program that calls `runCatalyst`, in TypeScript or bundled
 * @throws Error with what the server said, when it ends or takes too long instead
 */
export async function startServer(
  entry: string,
  environment: ServerEnvironment,
  signal?: AbortSignal,
): Promise<ServerProcess> {
  signal?.throwIfAborted();
  const loader = entry.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
  const child = spawn(process.execPath, [...loader, entry], {
    cwd: PACKAGE_DIRECTORY,
    env: { ...process.env, TSX_TSCONFIG_PATH: TSCONFIG, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close').then(
    ([code, endedBy]: unknown[]) => (endedBy ?? code) as string | number,
  );
  const end = (by: NodeJS.Signals) => {
    child.kill(by);
    return ended;
  };
  const kill = () => void child.kill('SIGKILL');
  const limit = setTimeout(kill, START_LIMIT_MS);
  signal?.addEventListener('abort', kill, { once: true });
  let output = '';
  try {
    const listening = new Promise<string>((resolve) => {
      onText(child, (text) => {
        output += text;
        const address = /^listening on (\S+)\n/m.exec(output)?.[1];
        if (address !== undefined) resolve(address);
      });
    });
    const endedEarly = ended.then((how): never => {
      signal?.throwIfAborted();
      throw new Error(`the server ended with ${how} before it listened:\n${output}`);
    });
    const url = await Promise.race([listening, endedEarly]);
    return { pid: child.pid ?? NaN, url, output: () => output, end };
  } finally {
    clearTimeout(limit);
    signal?.removeEventListener('abort', kill);
  }
}

function onText(child: ChildProcess, listener: (text: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', listener);
}
