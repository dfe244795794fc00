import { describe, expect, it } from 'vitest';
import { resolveLimits } from './limits.ts';
import { nextQuestion } from './question.ts';
import { type GateState, initialState } from './state.ts';

const limits = resolveLimits({});
const cordoned = initialState(limits, { holder: 'deploy-42', leaseMs: 600_000 });
const cap = limits.maxWaitMs;

/** The state while the lease is renewed, after a zero or before a poll. */
function renewing(confirmsZero: boolean): GateState {
  const lease = { id: 'a', leaseMs: 600_000, sentAtMs: cap - 5000 };
  const raising = { confirmsZero, begunAtMs: cap - 1000, failedTries: 1 };
  const { cordon } = cordoned;
  return { ...cordoned, cordon: cordon && { ...cordon, lease, raising, reported: 'cordoned' } };
}

describe('nextQuestion at the cap, with a cordon', () => {
  it('says that the cordon was not raised yet', () => {
    expect(nextQuestion(cordoned, cap, limits)).toMatchObject({
      type: 'end',
      events: [],
      result: {
        outcome: 'timed-out',
        cordon: { holder: 'deploy-42', up: false, message: 'the gate ended before the cordon was raised' },
      },
    });
  });

  it('ends the renewal after a zero with a green light, without the proof that the lease lasted', () => {
    const message = 'the cap was reached before the lease could be renewed';
    expect(nextQuestion(renewing(true), cap, limits)).toMatchObject({
      type: 'end',
      events: [{ type: 'uncordoned', message }],
      result: { outcome: 'quiet', cordon: { up: false, message: `${message}; the lease may still last` } },
    });
  });

  it('ends the renewal before a poll by the cap, like a poll', () => {
    expect(nextQuestion(renewing(false), cap, limits)).toMatchObject({
      type: 'end',
      events: [],
      result: { outcome: 'timed-out', cordon: { up: true } },
    });
  });
});
