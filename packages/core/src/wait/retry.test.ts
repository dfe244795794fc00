import { createRequire } from 'node:module';
import { describe, expect, it, vi } from 'vitest';
import { retry } from './retry.ts';

describe('retry', () => {
  it('makes attempts until one resolves with a value', async () => {
    let attempts = 0;
    const last = await retry(() => Promise.resolve(++attempts < 20 ? undefined : 'done'));
    expect(last).toBe('done');
    expect(attempts).toBe(20);
  });

  it('pauses no time of its own, however many attempts there are', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      let attempts = 0;
      expect(await retry(() => Promise.resolve(++attempts < 1100 ? undefined : attempts))).toBe(1100);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is tested with the lowest version of p-retry that may be installed', () => {
    const require = createRequire(import.meta.url);
    const core = require('../../package.json') as { dependencies: Record<string, string> };
    const { version } = require('../../node_modules/p-retry/package.json') as { version: string };
    expect(core.dependencies['p-retry']).toBe(`^${version}`);
  });

  it.for([null, 0, '', false])('treats %s as a value', async (value) => {
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
