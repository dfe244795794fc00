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
      /** Fulfils with what the database said, an error too, and rejects where it said nothing. */
      const ask = (on: Connections<unknown>): Promise<() => T> =>
        work(within(on, either)).then(
          (result) => () => result,
          (error: unknown) => {
            if (!isAnswer(error) && !hasEnded(database, error)) throw error;
            return () => {
              throw error;
            };
          },
        );
      const byPool = ask(database);
      const hasSaid = byPool.then(
        () => true,
        () => false,
      );
      const isKnown = (await withTimeLimit(PATIENCE_MS, systemClock, signal, () => hasSaid)) === true;
      const said = await (isKnown ? byPool : Promise.any([byPool, ask(database.apart)]));
      return said();
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
