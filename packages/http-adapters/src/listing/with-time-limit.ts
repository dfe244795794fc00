import type { Clock } from '@quietgate/core';

/**
 * Settles as `work` does, or rejects once `limitMs` are over, with an error of the given message.
 *
 * @throws Error also when the work comes in late because it was synchronous, and no timer fired meanwhile
 */
export async function withTimeLimit<T>(
  work: () => Promise<T>,
  limitMs: number,
  message: string,
  clock: Clock,
): Promise<T> {
  const dueAt = clock.now() + limitMs;
  const settled = new AbortController();
  const expiry = clock.sleep(limitMs, settled.signal).then(() => {
    throw new Error(message);
  });
  try {
    const result = await Promise.race([work(), expiry]);
    if (clock.now() > dueAt) throw new Error(message);
    return result;
  } finally {
    settled.abort();
  }
}
