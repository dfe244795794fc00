import { createVirtualClock } from '@quietgate/core/testing';
import { expect, test } from 'vitest';
import { settleInTime } from './settle-in-time.ts';

const limit = { limitMs: 1000, error: () => new Error('too long') };

test.each<[name: string, work: () => PromiseLike<never>]>([
  ['a promise', () => new Promise(() => undefined)],
  ['another library’s promise', () => ({ then: () => undefined as never })],
])('gives up %s that never settles', async (_, work) => {
  const clock = createVirtualClock({ autoAdvance: false });
  const given = expect(settleInTime(work, limit, clock)).rejects.toThrow('too long');
  await clock.advance(999);
  expect(clock.pending).toBe(1);
  await clock.advance(1);
  await given;
  expect(clock.pending).toBe(0);
});
