import { expect, it, vi } from 'vitest';
import { notifyListener } from './notify-listener.ts';

it('calls the listener at once, with what it is to hear', () => {
  const listener = vi.fn();
  notifyListener(listener, 1, 'a');
  notifyListener(listener);
  expect(listener.mock.calls).toEqual([[1, 'a'], []]);
});

// The rejection of a promise that nobody takes fails the run of the tests.
it.for<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('in the listener');
    },
  ],
  ['rejects', () => Promise.reject(new Error('in the listener'))],
])('goes on when it %s', async ([, listener]) => {
  notifyListener(listener);
  await new Promise((resolve) => setImmediate(resolve));
  expect(() => {
    notifyListener(listener);
  }).not.toThrow();
});
