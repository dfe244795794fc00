import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** Two replicas of `examples/postgres`, on a database that goes when they do. */
export interface Replicas {
  readonly urls: readonly [string, string];
  readonly stop: () => Promise<void>;
}

export async function startReplicas(): Promise<Replicas> {
  const example = dirname(require.resolve('@quietgate/example-postgres/package.json'));
  const child = fork(join(example, 'src/start.ts'), {
    cwd: example,
    env: { ...process.env, PORT: '0', STEP_MS: '600000' },
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
  const gone = once(child, 'exit');
  const urls = await new Promise<[string, string]>((resolve, reject) => {
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const [first, second] = Array.from(printed.matchAll(/^listening on (\S+)$/gm), ([, url]) => url);
      if (first !== undefined && second !== undefined) resolve([first, second]);
    });
    child.once('exit', () => {
      reject(new Error(`the replicas did not start: ${printed}`));
    });
  });
  const stop = async () => {
    child.disconnect();
    await gone;
  };
  return { urls, stop };
}
