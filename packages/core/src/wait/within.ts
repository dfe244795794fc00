import type { Clock } from './clock.ts';

/** Stands for an answer that did not come in time. */
export const EXPIRED: unique symbol = Symbol('expired');

/**
 * Runs `work`, but waits for it no longer than `limitMs`, nor after `stop` aborts, even if it ignores the signal
 * that it is handed. That signal aborts when the work is given up, and only then. Rejects with the reason of `stop`.
 *
 * @param spentMs how much of the limit is spent by the time that the work first waits
 */
export async function within<T>(
  limitMs: number,
  clock: Clock,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  spentMs = () => 0,
): Promise<T | typeof EXPIRED> {
  const working = new AbortController();
  const timing = new AbortController();
  const giveUp = () => {
    working.abort(stop.reason);
    timing.abort(stop.reason);
  };
  stop.throwIfAborted();
  stop.addEventListener('abort', giveUp);
  const expiry = async (): Promise<typeof EXPIRED> => {
    timing.signal.throwIfAborted(); // the work may have called everything off as it began
    await clock.sleep(Math.max(0, limitMs - spentMs()), timing.signal);
    working.abort(new DOMException(`No complete answer within ${limitMs} ms`, 'TimeoutError'));
    return EXPIRED;
  };
  try {
    const result = await Promise.race([work(working.signal), expiry()]);
    stop.throwIfAborted(); // whatever the work made of its signal
    return result;
  } finally {
    stop.removeEventListener('abort', giveUp);
    timing.abort();
  }
}
