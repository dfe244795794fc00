import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerEnvironment, ServerProcess } from './server-process.ts';
import { startServer } from './server-process.ts';

/** A directory of records and the one server that works on it, now and then another. */
export interface Stage {
  readonly directory: string;
  readonly server: ServerProcess;
  /** What Flux does when the image changes, with `strategy: Recreate`: the old one ends, then the new one starts. */
  redeploy(): Promise<void>;
}

/** Sets up a server on a fresh directory, and clears both away when `play` has ended, however it ended. */
export async function onStage<T>(
  entry: string,
  stepMs: number,
  signal: AbortSignal,
  play: (stage: Stage) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'quietgate-demo-'));
  const start = (port: string) => {
    const environment: ServerEnvironment = {
      DATA_DIR: directory,
      HOST: '127.0.0.1',
      PORT: port,
      SEED: 'no',
      STEP_MS: String(stepMs),
    };
    return startServer(entry, environment, signal);
  };
  let server: ServerProcess | undefined;
  try {
    let current = (server = await start('0'));
    return await play({
      directory,
      get server() {
        return current;
      },
      async redeploy() {
        await current.end('SIGTERM');
        current = server = await start(new URL(current.url).port);
      },
    });
  } finally {
    await server?.end('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  }
}
