import { expect, it, vi } from 'vitest';
import type { Deployment } from '../deployment.ts';
import { tallyInFlight } from './tally-in-flight.ts';

const pending: Deployment = { id: 't13', status: 'pending' };
const error = new TypeError(
  'the deployments are an iterator that has been read before, and is empty now: give an array, or a new iterator each time',
);

const count = (deployments: Iterable<Deployment>) => tallyInFlight(deployments, undefined, () => undefined);

function* generate() {
  yield pending;
}

it.for<[string, () => Iterable<Deployment>]>([
  ['a generator', generate],
  ['the values of a Map', () => new Map([['t13', pending]]).values()],
])('%s is counted once, and then refused: it would count as quiet', ([, list]) => {
  const once = list();
  expect(count(once)).toEqual({ count: 1, ids: ['t13'] });
  expect(() => count(once)).toThrow(error);
  expect(count(list())).toEqual({ count: 1, ids: ['t13'] });
});

it('begins to read what is no iterator once for each count', () => {
  const read = vi.fn(generate);
  count({ [Symbol.iterator]: read });
  expect(read).toHaveBeenCalledTimes(1);
});

it.for<[string, Iterable<Deployment>]>([
  ['an array', [pending]],
  ['a Set', new Set([pending])],
  ['what gives a new iterator each time', { [Symbol.iterator]: generate }],
  ['what has a next and gives a new iterator', Object.assign([pending], { next: generate })],
])('%s is counted as often as one likes', ([, deployments]) => {
  const counts = [1, 2, 3].map(() => count(deployments).count);
  expect(counts).toEqual([1, 1, 1]);
});
