import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { orAborted } from './database.ts';

const never = new Promise<never>(() => undefined);

it('rejects with the reason of a signal, before and after the work began', async () => {
  const reason = new Error('nobody waits');
  await expect(orAborted(never, AbortSignal.abort(reason))).rejects.toBe(reason);
  const stop = new AbortController();
  const stopped = orAborted(never, stop.signal);
  stop.abort(reason);
  await expect(stopped).rejects.toBe(reason);
});

it('settles as the work does, and leaves no listener on the signal', async () => {
  const { signal } = new AbortController();
  const failed = new Error('no such table');
  expect(await orAborted(Promise.resolve('rows'), signal)).toBe('rows');
  await expect(orAborted(Promise.reject(failed), signal)).rejects.toBe(failed);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  expect(await orAborted(Promise.resolve('rows'), undefined)).toBe('rows');
});
