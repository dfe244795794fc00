import { expect, it } from 'vitest';
import { type CordonPhase, cordonResult, leaseOf } from './gate-cordon.ts';

const lease = { id: 'a', leaseMs: 60_000, sentAtMs: 1000 };
const cordon = (phase: CordonPhase) => ({ holder: 'deploy-42', leaseMs: 60_000, phase, isFresh: false });

it.for<[CordonPhase, number, object]>([
  [{ type: 'unraised' }, 0, { up: false, message: 'the gate ended before the cordon was raised' }],
  [{ type: 'up', lease }, 1000, { up: true, remainingMs: 60_000 }],
  [{ type: 'up', lease }, 60_999, { up: true, remainingMs: 1 }],
  [{ type: 'up', lease }, 61_000, { up: false, message: 'the lease has run out' }],
  [{ type: 'lost', lease, message: 'no' }, 60_999, { up: false, message: 'no; the lease may still last' }],
  [{ type: 'lost', lease, message: 'no' }, 61_000, { up: false, message: 'no' }],
  [{ type: 'refused', rejections: 1, message: 'no' }, 0, { up: false, message: 'no' }],
  [{ type: 'given-up', message: 'no' }, 0, { up: false, message: 'no' }],
])('a result says of %j at %i: %j', ([phase, now, expected]) => {
  expect(cordonResult(cordon(phase), now)).toEqual({ holder: 'deploy-42', ...expected });
});

it('has a lease that may last only while it is up or was lost', () => {
  expect(leaseOf(cordon({ type: 'up', lease }))).toBe(lease);
  expect(leaseOf(cordon({ type: 'lost', lease, message: '' }))).toBe(lease);
  expect(leaseOf(cordon({ type: 'unraised' }))).toBeUndefined();
  expect(leaseOf(cordon({ type: 'refused', rejections: 0, message: '' }))).toBeUndefined();
  expect(leaseOf(cordon({ type: 'given-up', message: '' }))).toBeUndefined();
});
