import pRetry from 'p-retry';

/**
 * Makes attempts, one after the other, until one resolves with a value: `undefined` asks for another. What an attempt
 * rejects with ends it.
 */
export async function retry<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  const settleOrThrow = async () => {
    // Settled, because p-retry would look into what is rejected, and replace what is no error.
    const [settled] = await Promise.allSettled([attempt()]);
    if (settled.status === 'rejected') return settled;
    const { value } = settled;
    if (value === undefined) throw new Error(); // only an error is a reason for it to try again
    return { ...settled, value };
  };
  // An attempt makes its own pauses, on the clock that it was given.
  const settled = await pRetry(settleOrThrow, { retries: Infinity, factor: 1, minTimeout: 0, maxTimeout: 0 });
  return settled.status === 'fulfilled' ? settled.value : Promise.reject(settled.reason);
}
