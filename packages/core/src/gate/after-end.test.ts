import { describe, expect, it } from 'vitest';
import { proving, renewing } from './after-end.ts';
import type { CordonPhase } from './gate-cordon.ts';
import { resolveLimits } from './limits.ts';
import { type GateState, initialState } from './state.ts';

const limits = resolveLimits({});
const lease = { id: 'a', leaseMs: 600_000, sentAtMs: 0 };
const begun = { begunAtMs: 9, askedAtMs: 9, failedTries: 0 };

const endedWith = (phase?: CordonPhase): GateState => ({
  ...initialState(limits),
  polls: 3,
  zeroSinceMs: 5,
  cordon: phase && { holder: 'deploy-42', leaseMs: 600_000, phase, isFresh: true },
});

it('a gate that has ended renews its lease', () => {
  const state = endedWith({ type: 'up', lease });
  expect(renewing(state, 9)).toEqual({ ...state, pending: { type: 'lease', purpose: 'hold', ...begun } });
});

describe('a gate that has ended proves its zero', () => {
  it.for<CordonPhase>([
    { type: 'up', lease },
    { type: 'lost', lease, message: '' },
  ])('by a renewal where it may have a lease: %j', (phase) => {
    const state = endedWith(phase);
    expect(proving(state, 9)).toEqual({
      ...state,
      pending: { type: 'lease', purpose: 'hold-proof', ...begun },
    });
  });

  it.for<CordonPhase | undefined>([
    undefined,
    { type: 'given-up', message: '' },
    { type: 'refused', rejections: 1, message: '' },
  ])('by a poll where it has none: %j', (phase) => {
    expect(proving(endedWith(phase), 9)).toMatchObject({
      polls: 4,
      zeroSinceMs: 5,
      pending: { type: 'poll', purpose: 'hold-proof', ...begun },
    });
  });
});
