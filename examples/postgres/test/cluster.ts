import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

/** What the replicas' cordon takes. */
export const CORDON_TOKEN = '0123456789abcdef';

declare module 'vitest' {
  interface ProvidedContext {
    readonly DATABASE_URL: string;
    /** The addresses of the two replicas on it. */
    readonly replicas: readonly string[];
  }
}

const START = fileURLToPath(new URL('../src/start.ts', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('..', import.meta.url));

/** A pace at which no run gets on while a test looks. */
const STILL = '3600000';

/** Runs the one command of the README, and lets all files of tests share its PostgreSQL. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const child = fork(START, {
    cwd: EXAMPLE,
    env: { PATH: process.env['PATH'], PORT: '0', STEP_MS: STILL, CORDON_TOKEN },
    execArgv: ['--import', 'tsx'],
    silent: true,
  });
  const ended = once(child, 'close');
  let output = '';
  const found = new Promise<{ url: string; replicas: string[] }>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const url = /^DATABASE_URL=(.*)\n/m.exec(output)?.[1];
        const replicas = Array.from(output.matchAll(/^listening on (.*)\n/gm), ([, address = '']) => address);
        if (url !== undefined && replicas.length === 2) resolve({ url, replicas });
      });
    }
  });
  const failed = ended.then((): never => {
    throw new Error(`the example did not start:\n${output}`);
  });
  const { url, replicas } = await Promise.race([found, failed]);
  failed.catch(() => undefined);
  project.provide('DATABASE_URL', url);
  project.provide('replicas', replicas);
  return async () => {
    child.kill('SIGTERM');
    const [status] = (await ended) as [number | null];
    if (status !== 0) throw new Error(`the example ended with ${String(status)}:\n${output}`);
  };
}
