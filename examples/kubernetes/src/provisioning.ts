import { randomUUID } from 'node:crypto';
import type { Deployment, Drain, InFlightIndex } from '@quietgate/core';
import { createDrain, createInFlightIndex } from '@quietgate/core';

/** What a server is told through its environment. */
export interface Config {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** How long a run takes, in milliseconds. */
  readonly runMs: number;
  /** How long the runs are waited for once the process is told to end, in milliseconds. */
  readonly drainMs: number;
}

/** The runs of this process, which die with it. */
export interface Provisioning {
  readonly inFlight: InFlightIndex<Deployment>;
  readonly drain: Drain;
  /**
   * Starts a run.
   *
   * @throws RunRefused once the process has been told to end
   */
  readonly start: () => Deployment;
}

/** How long closing the server may take once the runs are over, in milliseconds. */
export const CLOSE_LIMIT_MS = 5_000;

/** Reads `HOST`, `PORT`, `RUN_SECONDS` and `DRAIN_SECONDS`. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const { HOST = 'localhost', PORT = '8080', RUN_SECONDS = '20', DRAIN_SECONDS = '60' } = env;
  return {
    host: HOST,
    port: Number(PORT),
    runMs: Number(RUN_SECONDS) * 1000,
    drainMs: Number(DRAIN_SECONDS) * 1000,
  };
}

export function createProvisioning({ runMs, drainMs }: Config): Provisioning {
  const inFlight = createInFlightIndex();
  const drain = createDrain({ index: inFlight, maxWaitMs: drainMs });
  return {
    inFlight,
    drain,
    start: () =>
      drain.admit(() => {
        const run = { id: randomUUID(), status: 'tofu-applying' };
        inFlight.set(run);
        setTimeout(() => {
          inFlight.delete(run.id); // `tofu apply` has come to its end
        }, runMs);
        return run;
      }),
  };
}
