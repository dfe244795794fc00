import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 20;

/**
 * Looks again and again until `probe` returns something, for at most `limitMs` milliseconds.
 *
 * @param what says in the error what did not come about
 */
export async function until<T>(
  what: string,
  limitMs: number,
  probe: () => Promise<T | undefined>,
  signal?: AbortSignal,
  pauseMs = POLL_MS,
): Promise<T> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > giveUpAt) {
      throw new Error(
        `within ${limitMs / 1000} s it did not happen that ${what}: the server hangs, or this machine is too busy`,
      );
    }
    await sleep(pauseMs, undefined, signal && { signal });
  }
}
