import { type Deployed, type DeployName, DEPLOYS } from './deploys.ts';
import { onStage } from './stage.ts';

/** A step of a run takes this long: minutes, in real life. */
const STEP_MS = 800;

/** What came of the deploys, and what each of them said. */
export interface Replay {
  readonly deploys: ReadonlyMap<DeployName, Deployed>;
  readonly logs: ReadonlyMap<DeployName, readonly string[]>;
}

/**
 * Replays the incident in several ways at the same time, each against its own server.
 *
 * @param entry the path of the server's source
 * @param onUp called with the servers' process ids once all are up, before anything else happens
 */
export async function replay(
  entry: string,
  names: readonly DeployName[],
  onUp: (pids: readonly number[]) => void,
  signal: AbortSignal,
): Promise<Replay> {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const logs = new Map<DeployName, string[]>(names.map((name) => [name, []]));
  const pids: number[] = [];
  const stopped = new Promise<never>((_, reject) => {
    stop.addEventListener('abort', () => {
      reject(stop.reason);
    });
  });
  stopped.catch(() => undefined);
  let begin!: () => void;
  const allUp = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const play = (name: DeployName) =>
    onStage(entry, STEP_MS, stop, async (stage) => {
      if (pids.push(stage.server.pid) === names.length) {
        onUp(pids);
        begin();
      }
      await Promise.race([allUp, stopped]);
      const startedAt = performance.now();
      const log = (text: string) => {
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
        logs.get(name)?.push(`${`${seconds} s`.padStart(8)}  ${text}`);
      };
      return [name, await DEPLOYS[name]({ stage, log, signal: stop })] as const;
    });

  const playing = names.map(async (name) => {
    try {
      return await play(name);
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
  // All of them, so that every stage is cleared away; the first to fail says why.
  await Promise.allSettled(playing);
  stop.throwIfAborted();
  return { deploys: new Map(await Promise.all(playing)), logs };
}
