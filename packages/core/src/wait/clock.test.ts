import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from './clock.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Follows a promise without waiting for it. */
function follow(promise: Promise<void>) {
  const followed = { state: 'pending', reason: undefined as unknown };
  promise.then(
    () => (followed.state = 'resolved'),
    (reason: unknown) => Object.assign(followed, { state: 'rejected', reason }),
  );
  return followed;
}

describe('systemClock.now', () => {
  it('tells whole milliseconds of the monotonic clock', () => {
    vi.spyOn(performance, 'now').mockReturnValue(1234.987);
    expect(systemClock.now()).toBe(1234);
  });

  it('does not move when the wall clock jumps', () => {
    const before = systemClock.now();
    vi.setSystemTime(0);
    expect(systemClock.now()).toBe(before);
  });
});

describe('systemClock.sleep', () => {
  it('resolves when the time has passed, and not before', async () => {
    const sleep = follow(systemClock.sleep(20_000));
    await vi.advanceTimersByTimeAsync(19_999);
    expect(sleep.state).toBe('pending');
    await vi.advanceTimersByTimeAsync(1);
    expect(sleep.state).toBe('resolved');
  });

  it('takes more than one timer for more than a timer takes', async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error) => warnings.push(warning);
    process.on('warning', warn);
    const sleep = follow(systemClock.sleep(3_000_000_000));
    await vi.advanceTimersByTimeAsync(2_999_999_999);
    expect(sleep.state).toBe('pending');
    await vi.advanceTimersByTimeAsync(1);
    expect(sleep.state).toBe('resolved');
    process.off('warning', warn);
    expect(warnings).toEqual([]);
  });

  it('sleeps on when its timer fires early', async () => {
    const early = vi.spyOn(performance, 'now').mockReturnValue(100);
    const sleep = follow(systemClock.sleep(50));
    early.mockReturnValue(149.6);
    await vi.advanceTimersByTimeAsync(50);
    expect(sleep.state).toBe('pending');
    early.mockReturnValue(150.1);
    await vi.advanceTimersByTimeAsync(1);
    expect(sleep.state).toBe('resolved');
  });

  it('leaves no timer and no listener when it is over', async () => {
    const { signal } = new AbortController();
    const sleep = follow(systemClock.sleep(5, signal));
    await vi.advanceTimersByTimeAsync(5);
    expect(sleep.state).toBe('resolved');
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('rejects with the reason as soon as the signal aborts, and leaves nothing behind', async () => {
    const controller = new AbortController();
    const sleep = follow(systemClock.sleep(5, controller.signal));
    controller.abort('called off');
    await Promise.resolve();
    expect(sleep).toEqual({ state: 'rejected', reason: 'called off' });
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('does not begin when the signal is aborted already', async () => {
    await expect(systemClock.sleep(5, AbortSignal.abort('called off'))).rejects.toBe('called off');
    expect(vi.getTimerCount()).toBe(0);
  });
});
