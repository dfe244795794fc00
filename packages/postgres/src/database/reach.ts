import { EXPIRED, withTimeLimit } from '@quietgate/core/internal';
import { systemClock } from '@quietgate/core';
import { type Connections, type Database, hasEnded, isAnswer } from './database.ts';

/** How long the database may take to answer, in milliseconds. */
const LIMIT_MS = 10_000;

/** How long the connections of the pool have for themselves, in milliseconds: less than half of what a listing may take. */
const PATIENCE_MS = 1500;

/**
 * Rejects when the database does not answer in time, or with the reason of `stop`; what it was asked is given up then. A
 * database knows real time only, whatever the clock of the runs is.
 */
export async function inTime<T>(work: (signal: AbortSignal) => Promise<T>, stop?: AbortSignal): Promise<T> {
  const result = await withTimeLimit(LIMIT_MS, systemClock, stop, work);
  if (result === EXPIRED) throw new Error(`the database did not answer within ${LIMIT_MS / 1000} s`);
  return result;
}

/**
 * Gives up work that has not called `begin` in time. From then on it may take as long as it likes.
 */
export async function beginInTime<T>(
  work: (signal: AbortSignal, begin: () => void) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  let begin!: () => void;
  const hasBegun = new Promise<void>((resolve) => (begin = resolve));
  const working = work(stop.signal, begin);
  await inTime(() => Promise.race([working, hasBegun])).catch((error: unknown) => {
    stop.abort(error);
  });
  return working;
}

/**
 * Asks over the pool, and where that stays silent or breaks, over a connection made for it too: those of a pool may all hang,
 * or be in use. For work that may be done twice; rejects as `inTime` does.
 */
export function reach<T>(
  database: Database<unknown>,
  work: (on: Connections<unknown>) => Promise<T>,
  stop?: AbortSignal,
): Promise<T> {
  return inTime(async (signal) => {
    const decided = new AbortController();
    const either = AbortSignal.any([signal, decided.signal]);
    try {
      const byPool = work(within(database, either));
      const isFinal = byPool.then(
        () => true,
        (error: unknown) => isAnswer(error) || hasEnded(database, error),
      );
      const hasAnswered = await withTimeLimit(PATIENCE_MS, systemClock, signal, () => isFinal);
      if (hasAnswered === true) return await byPool;
      return await Promise.any([byPool, work(within(database.apart, either))]);
    } catch (error) {
      throw error instanceof AggregateError ? error.errors[0] : error;
    } finally {
      decided.abort();
    }
  }, stop);
}

/** The same, whatever is asked is given up with the signal. */
function within(on: Connections<unknown>, signal: AbortSignal): Connections<unknown> {
  return {
    query: (text, parameters) => on.query(text, parameters, signal),
    transaction: (work) => on.transaction(work, signal),
  };
}
