import { describe, expect, it } from 'vitest';
import { retry } from './retry.ts';

describe('retry', () => {
  it('makes attempts until one resolves with a value', async () => {
    let attempts = 0;
    const last = await retry(() => Promise.resolve(++attempts < 20 ? undefined : 'done'));
    expect(last).toBe('done');
    expect(attempts).toBe(20);
  });

  it.for([null, 0, '', false])('takes %s for a value', async (value) => {
    expect(await retry(() => Promise.resolve(value))).toBe(value);
  });

  it.for<unknown>([new Error('no'), new TypeError('a defect'), 'a string', undefined])(
    'ends with what an attempt rejects with, as it is: %s',
    async (reason) => {
      const ended = retry(() => Promise.reject(reason)).catch((error: unknown) => ({ error }));
      expect(await ended).toEqual({ error: reason });
    },
  );
});
