import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { isAnswer, orAborted } from './database.ts';

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

it.each([
  ['no such table, as a German server says it', { severity: 'FEHLER', code: '42P01' }, true],
  ['a lock that was not to be had', { severity: 'ERROR', code: '55P03' }, true],
  ['what a trigger raises', { code: 'P0001' }, true],
  ['too many connections', { severity: 'FATAL', code: '53300' }, false],
  ['a server that shuts down', { code: '57P01' }, false],
  ['a statement that was canceled', { code: '57014' }, true],
  ['a transaction that was idle for too long', { code: '25P03' }, false],
  ['a transaction that may only read', { code: '25006' }, true],
  ['an inner error of the server', { code: 'XX000' }, false],
  ['a pipe that broke', { code: 'EPIPE' }, false],
  ['a network that breaks', { code: 'ECONNRESET' }, false],
  ['a client that has ended', { code: 'CONNECTION_ENDED' }, false],
  ['a time out of range', { code: '22008' }, true],
  ['a number', { code: 42_701 }, false],
  ['what ends like one of its codes', { code: 'ERR_42P01' }, false],
  ['what begins like one', { code: '42P01_ERR' }, false],
  ['nothing', undefined, false],
])('knows whether the database has failed a statement, and goes on: %s', (_, error, isIt) => {
  expect(isAnswer(error)).toBe(isIt);
});
