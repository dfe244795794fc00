import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { waitForQuiet } from '@quietgate/core';
import { afterEach, describe, expect, it, vi } from 'vitest';

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const folder = fileURLToPath(new URL('fake-timers', import.meta.url));

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { title: string; status: string }[];
  }[];
}

describe('a test runner that has faked the timers before it imports the virtual clock', () => {
  it('is vitest, everywhere and hoisted', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [vitest, 'run', '--root', folder], {
      env: { ...process.env, NO_COLOR: '1' },
    });
    const { testResults } = JSON.parse(stdout) as Report;
    const files = testResults.map(({ name }) => basename(name));
    expect(files.sort()).toEqual(['everywhere.fixture.ts', 'hoisted.fixture.ts']);
    for (const { assertionResults } of testResults) {
      expect(assertionResults).toMatchObject([
        { title: 'has fakes in the place of timers', status: 'passed' },
        { title: 'passes half an hour at a source', status: 'passed' },
        { title: 'passes a minute over a socket', status: 'passed' },
      ]);
    }
  });
});

describe('a gate on the system clock, with fakes in the place of the timers', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const stuck = () => ({ count: 1, ids: ['t13'] });

  it('stands still until they are moved on, and keeps their time', async () => {
    vi.useFakeTimers();
    const source = vi.fn(stuck);
    const result = waitForQuiet({ source });
    await vi.advanceTimersByTimeAsync(0);
    expect(source).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(19_999);
    expect(source).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(source).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(30 * 60_000 - 20_000);
    expect(await result).toMatchObject({ outcome: 'timed-out', polls: 90, elapsedMs: 30 * 60_000 });
  });

  it('stands still when they are moved on without `performance`', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const caller = new AbortController();
    const source = vi.fn(stuck);
    const result = waitForQuiet({ source, signal: caller.signal });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(source).toHaveBeenCalledTimes(1);
    caller.abort('called off');
    await expect(result).rejects.toBe('called off');
  });

  it('runs in real time when only the date is faked', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 });
    const result = await waitForQuiet({ source: stuck, intervalMs: 1, maxWaitMs: 5 });
    expect(result).toMatchObject({ outcome: 'timed-out' });
    expect(Date.now()).toBe(0);
  });
});
