import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { blockableClock } from '../../test/blockable-clock.ts';
import { createVirtualClock } from '../testing.ts';
import { EXPIRED, withTimeLimit } from './with-time-limit.ts';

const { signal: never } = new AbortController();

describe('withTimeLimit', () => {
  it('returns what the work returns, and leaves its signal alone', async () => {
    const clock = createVirtualClock();
    let given: AbortSignal | undefined;
    const work = (signal: AbortSignal) => {
      given = signal;
      return Promise.resolve('done');
    };
    expect(await withTimeLimit(1000, clock, never, work)).toBe('done');
    expect(given?.aborted).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('passes on what the work rejects with', async () => {
    const clock = createVirtualClock();
    await expect(withTimeLimit(1000, clock, never, () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
    expect(clock.pending).toBe(0);
  });

  it('gives work up that takes too long, even if it ignores its signal', async () => {
    const clock = createVirtualClock();
    let given: AbortSignal | undefined;
    const work = (signal: AbortSignal) => {
      given = signal;
      return new Promise<never>(() => undefined);
    };
    expect(await withTimeLimit(1000, clock, never, work)).toBe(EXPIRED);
    expect(clock.now()).toBe(1000);
    expect(given?.reason).toMatchObject({
      name: 'TimeoutError',
      message: 'No complete answer within 1000 ms',
    });
  });

  it('counts the time that was spent before the work first waited', async () => {
    const clock = blockableClock();
    const work = () => {
      clock.block(900);
      return new Promise<never>(() => undefined);
    };
    expect(await withTimeLimit(1000, clock, never, work, () => clock.now())).toBe(EXPIRED);
    expect(clock.now()).toBe(1000);
  });

  it('does not mind work that fails after it was given up', async () => {
    const clock = createVirtualClock();
    const work = async () => {
      await clock.sleep(2000);
      throw new Error('too late');
    };
    expect(await withTimeLimit(1000, clock, never, work)).toBe(EXPIRED);
    await clock.advance(2000);
  });

  it('is stopped by the signal, and takes its listener off', async () => {
    const clock = createVirtualClock();
    const stop = new AbortController();
    let given: AbortSignal | undefined;
    const result = withTimeLimit(1000, clock, stop.signal, (signal) => {
      given = signal;
      return new Promise<never>(() => undefined);
    });
    stop.abort('called off');
    await expect(result).rejects.toBe('called off');
    expect(given?.reason).toBe('called off');
    expect(clock.pending).toBe(0);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  it('does not begin when it is stopped already', async () => {
    const result = withTimeLimit(1000, createVirtualClock(), AbortSignal.abort('called off'), () =>
      Promise.resolve('begun'),
    );
    await expect(result).rejects.toBe('called off');
  });
});
