import { RunRefused } from '@quietgate/core';
import type { Database, Transaction } from '../database/database.ts';
import { readState } from './cordon-table.ts';
import { enter, type Entry, LockTimeout } from './enter.ts';

/** How soon a run may be tried again that waited for a lease in vain, in milliseconds. */
const LOCK_RETRY_MS = 1000;

/**
 * Runs `work` in a transaction in which no lease lasts and none begins.
 *
 * @throws RunRefused while a lease lasts, or when the lock of one was awaited for too long
 */
export async function admit<T, Tx>(
  database: Database<Tx>,
  how: Omit<Entry, 'as'>,
  work: (tx: Transaction<Tx>) => Promise<T>,
): Promise<T> {
  try {
    return await enter(database, { as: 'run', ...how }, async (tx) => {
      const { remainingMs, holders } = await readState(tx);
      if (remainingMs > 0) throw new RunRefused({ reason: 'cordon', retryAfterMs: remainingMs, holders });
      return work(tx);
    });
  } catch (error) {
    if (!(error instanceof LockTimeout)) throw error;
    throw new RunRefused({ reason: 'cordon', retryAfterMs: LOCK_RETRY_MS });
  }
}
