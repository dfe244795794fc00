import type { Clock } from '@quietgate/core';

/** How long work may take, and what becomes of it then. */
export interface TimeLimit<T> {
  readonly limitMs: number;
  /** Makes the error that a waiting caller gets, and with which the work's signal aborts. */
  readonly error: () => Error;
  /** Called with work that is still pending when its time is over. */
  readonly onGivenUp?: ((work: PromiseLike<T>) => void) | undefined;
}

/**
 * Settles as `work` does, or rejects once its time is over; then its signal aborts too.
 *
 * @throws Error also when the work comes in late because it was synchronous, and no timer fired meanwhile
 */
export async function settleInTime<T>(
  work: (context: { readonly signal: AbortSignal }) => PromiseLike<T> | T,
  { limitMs, error, onGivenUp }: TimeLimit<T>,
  clock: Clock,
): Promise<T> {
  const dueAt = clock.now() + limitMs;
  const inTime = (result: T) => {
    if (clock.now() > dueAt) throw error();
    return result;
  };
  const giveUp = new AbortController();
  const working = work({
    // Not before somebody reads it: in Node to make a signal takes longer than to list what is in memory.
    get signal() {
      return giveUp.signal;
    },
  });
  if (!isThenable(working)) return inTime(working);
  const settled = new AbortController();
  const expiry = clock.sleep(dueAt - clock.now(), settled.signal).then(() => {
    const reason = error();
    onGivenUp?.(working);
    // The caller is told before the work can react.
    queueMicrotask(() => {
      giveUp.abort(reason);
    });
    throw reason;
  });
  try {
    return inTime(await Promise.race([working, expiry]));
  } finally {
    settled.abort(null); // without a reason of Node's, which takes a stack trace
  }
}

/** Whether a value has to be awaited: a promise of whichever library, since what an `async` function returns may be another's. */
export function isThenable<T>(value: PromiseLike<T> | T): value is PromiseLike<T> {
  return typeof (Object(value) as Partial<PromiseLike<T>>).then === 'function';
}
