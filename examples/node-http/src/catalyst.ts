import { cp, mkdir, readdir } from 'node:fs/promises';
import type { Clock } from '@quietgate/core';
import { systemClock } from '@quietgate/core';
import type { DeploymentRecord } from './deployment-record.ts';
import { nameOf } from './deployment-record.ts';
import { createDeploymentStore } from './deployment-store.ts';
import { abandonRun, advanceRun, beginRun, isUnderWay, recoveryOf } from './provisioning-run.ts';

/** A catalyst-api in miniature, of no HTTP framework. */
export interface Catalyst {
  /** All deployments as they are on disk now; what `listDeployments` of an adapter asks for. */
  list(): Promise<DeploymentRecord[]>;
  /** One deployment, or `undefined`. */
  get(id: string): Promise<DeploymentRecord | undefined>;
  /** Begins a provisioning run, and resolves once it is on disk. The run goes on by itself. */
  start(name: string): Promise<DeploymentRecord>;
  /**
   * Settles what the last process left behind: Phase 0 has failed, Phase 1 goes on. Then fills the directory with the
   * seed records if nothing is in it. It happens once, at the first call; the other methods wait for it.
   */
  open(): Promise<void>;
}

/** Options of `createCatalyst`. */
export interface CatalystOptions {
  /** Where the records are kept; made if it is missing. */
  readonly directory: string;
  /** Copied into an empty directory. Nobody works on the runs in it, so they stand still until the next start. */
  readonly seed?: string | undefined;
  /** How long each step of a run takes, in milliseconds. */
  readonly stepMs: number;
  /** @default systemClock of `@quietgate/core` */
  readonly clock?: Clock;
  /** Told in one line what happens. @default console.log */
  readonly log?: (message: string) => void;
  /** Told in one line what goes wrong. @default console.warn */
  readonly warn?: (message: string) => void;
}

/** Makes the server's inside. It touches nothing on disk before `open`, or the first call of another method. */
export function createCatalyst(options: CatalystOptions): Catalyst {
  const { directory, seed, stepMs, clock = systemClock, log = console.log, warn = console.warn } = options;
  const store = createDeploymentStore(directory, { warn });

  const walk = async (record: DeploymentRecord): Promise<void> => {
    let current = record;
    while (isUnderWay(current)) {
      await clock.sleep(stepMs);
      current = await store.update(record.id, (onDisk) => advanceRun(onDisk, new Date()));
      log(`${label(current)}: ${current.status}`);
    }
  };

  const walkInBackground = (record: DeploymentRecord): void => {
    walk(record).catch((error: unknown) => {
      warn(`${label(record)} stopped: ${String(error)}`);
    });
  };

  const recover = async (): Promise<void> => {
    for (const record of await store.list()) {
      switch (recoveryOf(record)) {
        case 'fail': {
          const failed = await store.update(record.id, (onDisk) => abandonRun(onDisk, new Date()));
          log(`${label(failed)}: failed: ${String(failed.error)}`);
          break;
        }
        case 'resume':
          log(`${label(record)}: ${record.status}, resumed`);
          walkInBackground(record);
          break;
        case 'leave':
          break;
      }
    }
  };

  const openOnce = once(async () => {
    await mkdir(directory, { recursive: true });
    await recover();
    if (seed !== undefined && (await readdir(directory)).length === 0) {
      await cp(seed, directory, { recursive: true });
      log(`filled ${directory} with the seed records`);
    }
  });

  return {
    open: openOnce,
    async list() {
      await openOnce();
      return store.list();
    },
    async get(id) {
      await openOnce();
      return store.get(id);
    },
    async start(name) {
      await openOnce();
      const record = await store.create((id) => beginRun(id, name, new Date()));
      log(`${label(record)}: ${record.status}`);
      walkInBackground(record);
      return record;
    },
  };
}

function label(record: DeploymentRecord): string {
  return `${nameOf(record)} ${record.id}`;
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= work());
}
