import { unavailable } from '../ask/unavailable.ts';
import type { Unavailable } from '../gate/observation.ts';
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

/** Whose time a question takes, and what calls it off. */
export interface Asker {
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/**
 * Asks, and gives up when the time is over. Rejects with the reason of the signal.
 *
 * @param name begins the message about a question that was given up
 * @param askedAtMs when the time began, if that was before the call
 */
export async function askInTime<T>(
  { clock, signal }: Asker,
  name: string,
  timeLimitMs: number,
  ask: (signal: AbortSignal) => Promise<T>,
  askedAtMs: number = clock.now(),
): Promise<T | Unavailable> {
  const spentMs = () => clock.now() - askedAtMs;
  const answer = await withTimeLimit(timeLimitMs, clock, signal, ask, spentMs);
  if (answer !== EXPIRED) return answer;
  return unavailable('request-timeout', `${name} gave no complete answer within ${timeLimitMs} ms`);
}

/** Sleeps. Rejects with the reason of the signal, at once, even where the clock ignores signals. */
export async function sleepUnlessAborted({ clock, signal }: Asker, ms: number): Promise<void> {
  // A sleep that nothing can cut short gets no signal: on a virtual clock it then ends without a look for other work.
  await (signal === undefined ? clock.sleep(ms) : withTimeLimit(ms, clock, signal, never));
}

/** Never settles: what waits for it ends by an abort, or by its time. */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}
