import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerProcess } from '@quietgate/example-node-http/server-process';
import { startServer } from '@quietgate/example-node-http/server-process';

/** A directory of records, and the one server that works on it. */
export interface Stage {
  readonly directory: string;
  /** What the server asks of whoever blocks new runs. */
  readonly cordonToken: string;
  /** The server that is there now. */
  server: ServerProcess;
  /**
   * What Flux does when the image changes, with `strategy: Recreate`: the old one ends, then the new one starts.
   *
   * @returns when the old one had ended, by the wall clock
   */
  redeploy(): Promise<number>;
}

/** Sets up a server on a fresh directory, and clears both away when `play` has ended, however it ended. */
export async function onStage<T>(
  entry: string,
  stepMs: number,
  signal: AbortSignal,
  play: (stage: Stage) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'quietgate-demo-'));
  const cordonToken = randomUUID();
  const started: ServerProcess[] = [];
  const start = async (port: string) => {
    const server = await startServer(
      entry,
      {
        CORDON_TOKEN: cordonToken,
        DATA_DIR: directory,
        HOST: '127.0.0.1',
        PORT: port,
        SEED: 'no',
        STEP_MS: String(stepMs),
      },
      signal,
    );
    started.push(server);
    return server;
  };
  try {
    const stage: Stage = {
      directory,
      cordonToken,
      server: await start('0'),
      async redeploy() {
        await stage.server.end('SIGTERM');
        const endedAt = Date.now();
        stage.server = await start(new URL(stage.server.url).port);
        return endedAt;
      },
    };
    return await play(stage);
  } finally {
    await Promise.all(started.map((server) => server.end('SIGKILL')));
    await rm(directory, { recursive: true, force: true });
  }
}
