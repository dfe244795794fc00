import type { Unavailable } from '../gate/observation.ts';
import { unavailable } from '../ask/unavailable.ts';
import type { Clock } from './clock.ts';
import { EXPIRED, withTimeLimit } from './with-time-limit.ts';

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
