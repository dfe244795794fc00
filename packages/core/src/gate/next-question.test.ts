import { describe, expect, it } from 'vitest';
import type { GateCordon } from './gate-cordon.ts';
import { resolveLimits } from './limits.ts';
import { nextQuestion } from './next-question.ts';
import type { PendingLease, PendingPoll } from './state.ts';
import { type GateState, initialState } from './state.ts';

const limits = resolveLimits({});
const cap = limits.maxWaitMs;
const first = initialState(limits);
const cordoned = initialState(limits, { holder: 'deploy-42', leaseMs: 600_000 });
const unheld: GateCordon = {
  holder: 'deploy-42',
  leaseMs: 600_000,
  phase: { type: 'unraised' },
  isFresh: false,
};

const polling: PendingPoll = {
  type: 'poll',
  purpose: 'wait',
  begunAtMs: 20_000,
  askedAtMs: 25_000,
  failedTries: 2,
};
const leasing = (purpose: PendingLease['purpose'], begunAtMs: number): PendingLease => ({
  type: 'lease',
  purpose,
  begunAtMs,
  askedAtMs: begunAtMs,
  failedTries: 1,
});

/** A gate that has a lease from some time on, for ten minutes. */
const leasedAt = (sentAtMs: number, more: Partial<GateCordon> = {}): GateState => ({
  ...cordoned,
  cordon: { ...unheld, phase: { type: 'up', lease: { id: 'a', leaseMs: 600_000, sentAtMs } }, ...more },
});

describe('a poll', () => {
  it('begins where nothing is pending', () => {
    const pending = { ...polling, begunAtMs: 60_000, askedAtMs: 60_000, failedTries: 0, waitS: 0 };
    expect(nextQuestion({ ...first, polls: 3 }, 60_000)).toEqual({
      type: 'poll',
      timeLimitMs: 10_000,
      state: { ...first, polls: 4, pending },
    });
  });

  it('is asked again where it is pending', () => {
    expect(nextQuestion({ ...first, polls: 3, pending: polling }, 60_000)).toEqual({
      type: 'poll',
      timeLimitMs: 10_000,
      state: { ...first, polls: 3, pending: { ...polling, askedAtMs: 60_000, waitS: 0 } },
    });
  });

  it('has as much more time as it may be held', () => {
    const state: GateState = {
      ...first,
      lastCount: { type: 'counted', inFlight: { count: 1, ids: [] }, isWaitApplied: true },
    };
    expect(nextQuestion(state, 0)).toMatchObject({ timeLimitMs: 30_000, state: { pending: { waitS: 20 } } });
  });

  it('does not outlive the maximum wait', () => {
    expect(nextQuestion(first, cap - 1)).toMatchObject({ timeLimitMs: 1 });
  });

  it('makes the next one look at the lease again', () => {
    const { state } = nextQuestion(leasedAt(0, { isFresh: true }), 0);
    expect(state.cordon?.isFresh).toBe(false);
  });

  it('after the end of the gate has its whole time, whenever it is', () => {
    const pending: PendingPoll = { ...polling, purpose: 'hold-proof' };
    expect(nextQuestion({ ...first, pending }, cap + 1)).toMatchObject({ type: 'poll', timeLimitMs: 10_000 });
  });
});

describe('a raise or renewal', () => {
  it.for<[string, GateState, number]>([
    ['no lease was granted yet', cordoned, 0],
    ['less than half of it is left', leasedAt(0), 300_001],
    [
      'less is left than a poll and a pause may take',
      { ...leasedAt(0), limits: { ...limits, intervalMs: 390_001 } },
      200_000,
    ],
    [
      'less is left than a poll that is held may take',
      {
        ...leasedAt(0),
        limits: { ...limits, intervalMs: 200_000 },
        lastCount: { type: 'counted', inFlight: { count: 1, ids: [] }, isWaitApplied: true },
      },
      190_001,
    ],
  ])('comes before a poll when %s', ([, state, now]) => {
    const pending = { type: 'lease', purpose: 'raise', begunAtMs: now, askedAtMs: now, failedTries: 0 };
    expect(nextQuestion(state, now)).toEqual({
      type: 'lease',
      timeLimitMs: 10_000,
      state: { ...state, pending },
    });
  });

  it.for<[string, GateState, number]>([
    ['half of it is left', leasedAt(0), 300_000],
    [
      'as much is left as a poll and a pause may take',
      { ...leasedAt(0), limits: { ...limits, intervalMs: 390_000 } },
      200_000,
    ],
    ['it was just tried', leasedAt(0, { isFresh: true }), 599_999],
    [
      'it was given up',
      { ...cordoned, cordon: { ...unheld, phase: { type: 'given-up', message: 'no' } } },
      0,
    ],
  ])('does not come when %s', ([, state, now]) => {
    expect(nextQuestion(state, now).type).toBe('poll');
  });

  it('has one time in all', () => {
    const pending = leasing('raise', 20_000);
    expect(nextQuestion({ ...leasedAt(0), pending }, 23_000)).toMatchObject({
      timeLimitMs: 7000,
      state: { pending: { ...pending, askedAtMs: 23_000 } },
    });
    expect(nextQuestion({ ...leasedAt(0), pending }, 31_000)).toMatchObject({ timeLimitMs: 0 });
  });

  it('does not outlive the maximum wait, except after the end of the gate', () => {
    const at = (purpose: PendingLease['purpose']) =>
      nextQuestion({ ...leasedAt(0), pending: leasing(purpose, cap - 5) }, cap - 5);
    expect(at('raise')).toMatchObject({ timeLimitMs: 5 });
    expect(at('proof')).toMatchObject({ timeLimitMs: 5 });
    expect(at('hold')).toMatchObject({ timeLimitMs: 10_000 });
    expect(at('hold-proof')).toMatchObject({ timeLimitMs: 10_000 });
  });
});

describe('when the maximum wait is over', () => {
  it('nothing is asked any more', () => {
    expect(nextQuestion({ ...first, polls: 3, pending: polling }, cap)).toMatchObject({
      type: 'end',
      events: [],
      result: { outcome: 'timed-out', polls: 3, elapsedMs: cap },
    });
  });

  it('the result says that the cordon was not raised yet', () => {
    expect(nextQuestion(cordoned, cap)).toMatchObject({
      type: 'end',
      events: [],
      result: {
        outcome: 'timed-out',
        cordon: { holder: 'deploy-42', up: false, message: 'the gate ended before the cordon was raised' },
      },
    });
  });

  const message = 'the maximum wait was over before the lease could be renewed';

  it('the renewal after a zero ends with a green light, without the proof that the lease lasted', () => {
    const proving = { ...leasedAt(cap - 5000), pending: leasing('proof', cap - 1000) };
    expect(nextQuestion(proving, cap)).toMatchObject({
      type: 'end',
      events: [{ type: 'uncordoned', message }],
      result: { outcome: 'quiet', cordon: { up: false, message: `${message}; the lease may still last` } },
    });
  });

  it('so does a first raise after a zero', () => {
    const proving = { ...cordoned, pending: leasing('proof', cap - 1000) };
    expect(nextQuestion(proving, cap)).toMatchObject({
      result: { outcome: 'quiet', cordon: { up: false, message } },
      state: { cordon: { phase: { type: 'refused', rejections: 0, message } } },
    });
  });

  it('the renewal before a poll ends like a poll', () => {
    const renewing = { ...leasedAt(cap - 5000), pending: leasing('raise', cap - 1000) };
    expect(nextQuestion(renewing, cap)).toMatchObject({
      type: 'end',
      events: [],
      result: { outcome: 'timed-out', cordon: { up: true } },
    });
  });
});
