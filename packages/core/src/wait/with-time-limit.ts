import type { Clock } from './clock.ts';

/** Stands for an answer that did not come in time. */
export const EXPIRED: unique symbol = Symbol('expired');

/**
 * Runs `work`, but waits for it no longer than `limitMs`, nor after `stop` aborts, even where the work or the clock
 * ignores the signal that it is handed. The work's signal aborts when the work is given up, and only then. Rejects with
 * the reason of `stop`.
 *
 * @param spentMs how much of the limit is spent by the time that the work first waits
 */
export async function withTimeLimit<T>(
  limitMs: number,
  clock: Clock,
  stop: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
  spentMs = () => 0,
): Promise<T | typeof EXPIRED> {
  stop?.throwIfAborted();
  const working = new AbortController();
  const timing = new AbortController();
  let giveUp!: (this: AbortSignal) => void;
  const stopped = new Promise<never>((_, reject) => {
    giveUp = function () {
      working.abort(this.reason);
      timing.abort(this.reason);
      reject(this.reason);
    };
  });
  stop?.addEventListener('abort', giveUp);
  const expiry = async (): Promise<typeof EXPIRED> => {
    timing.signal.throwIfAborted(); // the work may have aborted everything as it began
    await clock.sleep(Math.max(0, limitMs - spentMs()), timing.signal);
    working.abort(new DOMException(`No complete answer within ${limitMs} ms`, 'TimeoutError'));
    return EXPIRED;
  };
  try {
    const result = await Promise.race([work(working.signal), expiry(), stopped]);
    stop?.throwIfAborted(); // whatever the work made of its signal
    return result;
  } finally {
    stop?.removeEventListener('abort', giveUp);
    timing.abort();
  }
}
