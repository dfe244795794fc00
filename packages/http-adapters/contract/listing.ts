import type { Deployment } from '@quietgate/core';

/** Deployments in Phase 0 with these ids. */
export function inFlight(...ids: string[]): Deployment[] {
  return ids.map((id) => ({ id, status: 'provisioning' }));
}

/** A list function whose listings end when they are told to. */
export interface HeldListing {
  readonly listDeployments: () => Promise<readonly Deployment[]>;
  /** What a listing that starts now will find. */
  deployments: readonly Deployment[];
  /** Listings started so far. */
  readonly started: number;
  /** The most that ever ran at the same time. */
  readonly mostAtOnce: number;
  /** Resolves once `count` listings in all have started. */
  hasStarted(count: number): Promise<void>;
  /** Ends the listings that run, and lets later ones end at once. */
  readonly release: () => void;
}

/** Makes a list function that takes its snapshot at its start and then waits for `release`. */
export function holdListing(deployments: readonly Deployment[] = []): HeldListing {
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  const starts = new Map<number, () => void>();
  let running = 0;
  let mostAtOnce = 0;
  let started = 0;
  const held = {
    deployments,
    get started() {
      return started;
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    async listDeployments() {
      const snapshot = held.deployments;
      mostAtOnce = Math.max(mostAtOnce, ++running);
      starts.get(++started)?.();
      await released;
      running--;
      return snapshot;
    },
    hasStarted: (count: number) =>
      new Promise<void>((resolve) => {
        if (started >= count) resolve();
        else starts.set(count, resolve);
      }),
    release,
  };
  return held;
}
