import { randomBytes } from 'node:crypto';
import { cp, mkdir, readdir } from 'node:fs/promises';
import type { Clock, DeploymentClass, InFlightIndex, MemoryCordon } from '@quietgate/core';
import { createCordon, createInFlightIndex, systemClock } from '@quietgate/core';
import type { DeploymentRecord } from './deployment-record.ts';
import { labelOf } from './deployment-record.ts';
import { createDeploymentStore } from './deployment-store.ts';
import { printing } from './printable.ts';
import { abandonRun, advanceRun, beginRun, isUnderWay, recoveryOf } from './provisioning-run.ts';
import { exceptDead, HEARTBEAT_MS, withHeartbeat } from './heartbeat.ts';

/** A catalyst-api in miniature, of no HTTP framework. */
export interface Catalyst {
  /** All deployments as they are on disk now, for people to look at. */
  list(): Promise<DeploymentRecord[]>;
  /** What an adapter asks for to count those in flight, as this process knows them: the cost of a count does not grow. */
  readonly counting: {
    listDeployments(): Promise<InFlightIndex<DeploymentRecord>>;
    readonly subscribe: (onChange: () => void) => () => void;
    /** Leaves out runs whose work has stopped without a word. */
    readonly classify: (record: DeploymentRecord) => DeploymentClass;
  };
  /** One deployment, or `undefined`. */
  get(id: string): Promise<DeploymentRecord | undefined>;
  /**
   * Begins a provisioning run, and resolves once it is on disk. The run goes on by itself.
   *
   * @throws RunRefused of `@quietgate/core` while the cordon is up
   */
  start(name: string): Promise<DeploymentRecord>;
  /** Blocks new runs while it is up; it ends with the process. */
  readonly cordon: MemoryCordon;
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
  /** The time of day that records are given. @default the system's */
  readonly now?: () => Date;
  /** Told in one line what happens. @default console.log */
  readonly log?: (message: string) => void;
  /** Told in one line what goes wrong. @default console.warn */
  readonly warn?: (message: string) => void;
}

/** Makes the server's inside. It touches nothing on disk before `open`, or the first call of another method. */
export function createCatalyst(options: CatalystOptions): Catalyst {
  const { directory, seed, stepMs, clock = systemClock, now = () => new Date() } = options;
  // Names and errors come from records, which anybody may have written.
  const log = printing(options.log ?? console.log);
  const warn = printing(options.warn ?? console.warn);
  const store = createDeploymentStore(directory, warn);
  const cordon = createCordon({ clock });
  const running = createInFlightIndex<DeploymentRecord>({
    onUnknown(record) {
      warn(`${labelOf(record)}: ${record.status} is no status that is known here, and blocks no deploy`);
    },
  });

  const note = (record: DeploymentRecord): DeploymentRecord => {
    running.set(record);
    return record;
  };

  const look = async (): Promise<DeploymentRecord[]> => (await store.list()).map(note);

  /** Works on one step; a heartbeat from elsewhere than the work would prove nothing. */
  const work = async ({ id }: DeploymentRecord): Promise<void> => {
    let leftMs = stepMs;
    for (; leftMs > HEARTBEAT_MS; leftMs -= HEARTBEAT_MS) {
      await clock.sleep(HEARTBEAT_MS);
      note(await store.update(id, (onDisk) => withHeartbeat(onDisk, now())));
    }
    await clock.sleep(leftMs);
  };

  const walk = async (record: DeploymentRecord): Promise<void> => {
    let current = record;
    while (isUnderWay(current)) {
      await work(current);
      current = note(await store.update(record.id, (onDisk) => advanceRun(onDisk, now())));
      log(`${labelOf(current)}: ${current.status}`);
    }
  };

  const walkInBackground = (record: DeploymentRecord): void => {
    walk(record).catch((error: unknown) => {
      warn(`${labelOf(record)} stopped: ${String(error)}`);
    });
  };

  const recover = async (): Promise<void> => {
    for (const record of await look()) {
      switch (recoveryOf(record)) {
        case 'fail': {
          const failed = note(await store.update(record.id, (onDisk) => abandonRun(onDisk, now())));
          log(`${labelOf(failed)}: failed: ${String(failed.error)}`);
          break;
        }
        case 'resume':
          log(`${labelOf(record)}: ${record.status}, resumed`);
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
      await look();
      log(`filled ${directory} with the seed records`);
    }
  });

  return {
    cordon,
    counting: {
      async listDeployments() {
        await openOnce();
        return running;
      },
      subscribe: running.subscribe,
      classify: exceptDead(now, warn),
    },
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
      const id = randomBytes(8).toString('hex');
      // Listings see the run from here on; an `await` in between, and a gate could count zero.
      const record = cordon.admit(() => note(beginRun(id, name, now())));
      await store.create(record).catch((error: unknown) => {
        running.delete(record.id);
        throw error;
      });
      log(`${labelOf(record)}: ${record.status}`);
      walkInBackground(record);
      return record;
    },
  };
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= work());
}
