import { describe, expect, it } from 'vitest';
import { retry } from './retry.ts';

const noPause = () => Promise.resolve();

describe('retry', () => {
  it('makes attempts until one asks for no other, and pauses between them', async () => {
    const done: unknown[] = [];
    let attempts = 0;
    const last = await retry(
      () => {
        done.push('attempt');
        return Promise.resolve(++attempts);
      },
      (value) => value < 20,
      (value) => {
        done.push(value);
        return Promise.resolve();
      },
    );
    expect(last).toBe(20);
    expect(done.slice(0, 5)).toEqual(['attempt', 1, 'attempt', 2, 'attempt']);
    expect(done).toHaveLength(39);
  });

  it.for<unknown>([new Error('no'), new TypeError('a defect'), 'a string', undefined])(
    'ends with what an attempt rejects with, as it is: %s',
    async (reason) => {
      const attempt = () => Promise.reject(reason);
      const ended = retry(attempt, () => true, noPause).catch((error: unknown) => ({ error }));
      expect(await ended).toEqual({ error: reason });
    },
  );

  it('ends with what a pause rejects with, as it is', async () => {
    const reason: unknown = 'called off';
    const pause = () => Promise.reject(reason);
    await expect(
      retry(
        () => Promise.resolve(1),
        () => true,
        pause,
      ),
    ).rejects.toBe(reason);
  });
});
