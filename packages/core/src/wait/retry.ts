import pRetry from 'p-retry';

/**
 * Makes an attempt, and after a pause another one, for as long as what it resolves with asks for that. What an attempt
 * or a pause rejects with ends it.
 *
 * @param asksAgain whether there is to be another attempt
 * @param pause resolves when the next attempt may begin
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  asksAgain: (value: T) => boolean,
  pause: (value: T) => Promise<void>,
): Promise<T> {
  const settleOrThrow = async () => {
    // Settled, because p-retry would look into what is rejected, and replace what is no error.
    const [settled] = await Promise.allSettled([attempt()]);
    if (settled.status === 'fulfilled' && asksAgain(settled.value)) throw new AskedAgain(settled.value);
    return settled;
  };
  const settled = await pRetry(settleOrThrow, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 0, // the only pause is the one below
    async onFailedAttempt({ error }) {
      if (!(error instanceof AskedAgain)) throw error;
      await pause(error.value as T);
    },
  });
  return settled.status === 'fulfilled' ? settled.value : Promise.reject(settled.reason);
}

/** Carries a value through p-retry, which takes nothing but errors for a reason to try again. */
class AskedAgain extends Error {
  readonly value: unknown;

  constructor(value: unknown) {
    super('another attempt is asked for');
    this.value = value;
  }
}
