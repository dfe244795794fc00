import type { Clock } from '@quietgate/core';
import { notifyListener, startTimer } from '@quietgate/core/internal';
import { type Connections, type Database, hasEnded } from '../database/database.ts';
import { reach } from '../database/reach.ts';
import {
  insertRuns,
  type OwnRun,
  removeForgottenRuns,
  removeRuns,
  removeUncertainRuns,
  showLife,
} from './runs-table.ts';

/** What is known of a run that has ended: its insertion was committed, or may have been, or may still be. */
type Whether = 'inserted' | 'uncertain';

const REMOVE = { inserted: removeRuns, uncertain: removeUncertainRuns };

/** How the table learns of the runs of one process. */
export interface Keeper {
  /** The run was inserted: from now on it has heartbeats. */
  readonly hasBegun: (run: OwnRun) => void;
  /** Has the run removed, however often that fails, and calls back when it is. */
  readonly remove: (run: OwnRun, whether: Whether, onRemoved: () => void) => void;
}

/** What the keeper needs. */
export interface KeeperOptions {
  readonly clock: Clock;
  readonly staleAfterMs: number;
  /** Told of the first failure after a success. */
  readonly onError: (error: unknown) => void;
}

/** The longest that a process is silent, in milliseconds: twenty heartbeats fit into the default of `staleAfterMs`. */
export const MAX_HEARTBEAT_MS = 15_000;

/** How long after the database has failed to take an end it is asked again, in milliseconds. */
const RETRY_MS = 1000;

/** Keeps the table informed of the runs of this process, by heartbeats while there are any, and by their removal. */
export function keepRuns(database: Database<unknown>, options: KeeperOptions): Keeper {
  const { clock, staleAfterMs, onError } = options;
  const heartbeatMs = Math.min(MAX_HEARTBEAT_MS, staleAfterMs / 4);
  const live = new Set<OwnRun>();
  const ended = new Map<OwnRun, { readonly whether: Whether; readonly onRemoved: () => void }>();
  let isBeating = false;
  let isRemoving = false;
  let isFailing = false;
  let restored = Promise.resolve();

  /** Whether the database did what it was asked. */
  const attempt = async (work: (on: Connections<unknown>) => Promise<void>): Promise<boolean> => {
    try {
      await reach(database, work);
      isFailing = false;
      return true;
    } catch (error) {
      if (!isFailing && !hasEnded(database, error)) notifyListener(onError, error);
      isFailing = true;
      if (hasEnded(database, error)) giveUp();
      return false;
    }
  };

  /** Without a pool nothing can be done; the runs become stale. */
  const giveUp = () => {
    live.clear();
    ended.clear();
  };

  const beat = async (on: Connections<unknown>) => {
    const missing = await showLife(on, [...live]);
    // A standby that took over may have missed them. No removal may pass the insertion.
    const lost = missing.filter((run) => live.has(run));
    if (lost.length > 0) {
      const restoring = on.transaction((tx) => insertRuns(tx, lost));
      restored = restoring.catch(() => undefined);
      await restoring;
    }
    await removeForgottenRuns(on, staleAfterMs);
  };

  const beatWhileLive = async () => {
    isBeating = true;
    while (live.size > 0) {
      await new Promise<void>((resolve) => {
        startTimer(clock, heartbeatMs, resolve);
      });
      if (live.size > 0) await attempt(beat);
    }
    isBeating = false;
  };

  const removeEnded = async (on: Connections<unknown>) => {
    await restored;
    for (const whether of ['inserted', 'uncertain'] as const) {
      const batch = [...ended].filter(([, each]) => each.whether === whether);
      if (batch.length === 0) continue;
      await REMOVE[whether](
        on,
        batch.map(([run]) => run),
      );
      for (const [run, { onRemoved }] of batch) {
        ended.delete(run);
        onRemoved();
      }
    }
  };

  const removeUntilNoneIsLeft = async () => {
    isRemoving = true;
    while (ended.size > 0) {
      if (!(await attempt(removeEnded)) && ended.size > 0) await clock.sleep(RETRY_MS);
    }
    isRemoving = false;
  };

  return {
    hasBegun(run) {
      live.add(run);
      if (!isBeating) void beatWhileLive();
    },
    remove(run, whether, onRemoved) {
      live.delete(run);
      ended.set(run, { whether, onRemoved });
      if (!isRemoving) void removeUntilNoneIsLeft();
    },
  };
}
