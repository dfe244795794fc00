import { describe, expect, it } from 'vitest';
import { decideOnPoll } from './decide-on-poll.ts';
import { resolveLimits } from './limits.ts';
import type { Counted, Unavailable } from './observation.ts';
import { nextQuestion } from './question.ts';
import { type GateState, initialState } from './state.ts';

const limits = resolveLimits({});
/** The state while a poll is pending. */
const polling = (polls: number, more: Partial<GateState> = {}): GateState => ({
  ...initialState(limits),
  polls,
  isPolling: true,
  ...more,
});
const counted = (count: number, ids: string[] = []): Counted => ({
  inFlight: { count, ids },
});
const unavailable: Unavailable = {
  reason: 'http-status',
  message: 'answered 500',
  status: 500,
};

describe('decideOnPoll', () => {
  it('turns green at a zero', () => {
    expect(decideOnPoll(polling(3), counted(0), 40_000, limits)).toEqual({
      type: 'end',
      events: [],
      result: { outcome: 'quiet', polls: 3, elapsedMs: 40_000, lastSeen: { count: 0, ids: [] } },
    });
  });

  it('waits for the interval while the count is above zero', () => {
    const state = { ...polling(1, { lastSeen: { count: 2, ids: ['a', 'b'] } }), isPolling: false };
    expect(decideOnPoll(polling(1), counted(2, ['a', 'b']), 5, limits)).toEqual({
      type: 'pause',
      events: [{ type: 'waiting', poll: 1, elapsedMs: 5, nextInMs: 20_000, lastSeen: state.lastSeen }],
      pauseMs: 20_000,
      state,
    });
  });

  it('cuts the last pause short, to end on the cap', () => {
    expect(decideOnPoll(polling(1), counted(1), 1_799_999, limits)).toMatchObject({
      events: [{ nextInMs: 1 }],
    });
  });

  it.for([counted(0), counted(1), unavailable])('times out at the cap, whatever was seen', (observation) => {
    expect(decideOnPoll(polling(9), observation, 1_800_000, limits)).toMatchObject({
      type: 'end',
      events: [],
      result: { outcome: 'timed-out', polls: 9, elapsedMs: 1_800_000 },
    });
  });

  it('fails open without an answer, and says why', () => {
    const cause = new Error('why');
    const before = polling(2, { lastSeen: { count: 1, ids: ['a'] }, failedTries: 5 });
    expect(decideOnPoll(before, { ...unavailable, cause }, 7, limits)).toEqual({
      type: 'end',
      events: [],
      result: {
        outcome: 'failed-open',
        reason: 'http-status',
        message: 'answered 500',
        status: 500,
        cause,
        polls: 2,
        elapsedMs: 7,
        lastSeen: { count: 1, ids: ['a'] },
      },
    });
  });

  it('leaves out what is not known', () => {
    const { reason, message } = unavailable;
    expect(decideOnPoll(polling(1, { failedTries: 5 }), { reason, message }, 7, limits)).toEqual({
      type: 'end',
      events: [],
      result: { outcome: 'failed-open', reason, message, polls: 1, elapsedMs: 7 },
    });
  });

  it('keeps polling without an answer when it is told to wait', () => {
    const state = polling(2, { lastSeen: { count: 1, ids: ['a'] }, failedTries: 5 });
    const step = decideOnPoll({ ...state, zeroSinceMs: 3 }, unavailable, 7, {
      ...limits,
      onUnavailable: 'wait',
    });
    expect(step).toEqual({
      type: 'pause',
      events: [
        {
          type: 'unavailable',
          reason: 'http-status',
          message: 'answered 500',
          status: 500,
          poll: 2,
          elapsedMs: 7,
          nextInMs: 20_000,
          lastSeen: state.lastSeen,
        },
      ],
      pauseMs: 20_000,
      state: { ...state, isPolling: false },
    });
  });

  describe('with quietForMs', () => {
    const settling = { ...limits, quietForMs: 30_000 };

    it('does not trust the first zero', () => {
      expect(decideOnPoll(polling(1), counted(0), 100, settling)).toMatchObject({
        type: 'pause',
        events: [{ type: 'settling', nextInMs: 20_000 }],
        state: { zeroSinceMs: 100 },
      });
    });

    it('asks again at the very moment that the zero has lasted', () => {
      expect(decideOnPoll(polling(2, { zeroSinceMs: 100 }), counted(0), 20_100, settling)).toMatchObject({
        events: [{ type: 'settling', nextInMs: 10_000 }],
        state: { zeroSinceMs: 100 },
      });
    });

    it('turns green once the zero has lasted', () => {
      expect(decideOnPoll(polling(3, { zeroSinceMs: 100 }), counted(0), 30_099, settling).type).toBe('pause');
      expect(decideOnPoll(polling(3, { zeroSinceMs: 100 }), counted(0), 30_100, settling)).toMatchObject({
        result: { outcome: 'quiet' },
      });
    });

    it('starts again after a count above zero', () => {
      const step = decideOnPoll(polling(2, { zeroSinceMs: 100 }), counted(1), 20_100, settling);
      expect(step).toMatchObject({ type: 'pause', events: [{ type: 'waiting' }] });
      expect(step).toHaveProperty('state.zeroSinceMs', undefined);
    });
  });
});

it('asks for the lease before it takes a zero under a cordon for quiet', () => {
  const { cordon } = initialState(limits, { holder: 'deploy-42', leaseMs: 600_000 });
  expect(decideOnPoll(polling(3, { cordon }), counted(0), 40_000, limits)).toMatchObject({
    type: 'pause',
    events: [],
    pauseMs: 0,
    state: { cordon: { raising: { confirmsZero: true, begunAtMs: 40_000, failedTries: 0 } } },
  });
});

describe('a retry', () => {
  const retryAfter = (failedTries: number, elapsedMs: number, retryAfterMs?: number) =>
    decideOnPoll(
      polling(4, { lastSeen: { count: 1, ids: ['a'] }, failedTries: failedTries - 1 }),
      { ...unavailable, ...(retryAfterMs !== undefined && { retryAfterMs }) },
      elapsedMs,
      { ...limits, retries: 100 },
    );

  it('reports what failed and when the same poll is tried again', () => {
    expect(retryAfter(1, 500)).toStrictEqual({
      type: 'pause',
      events: [
        {
          type: 'retrying',
          reason: 'http-status',
          message: 'answered 500',
          status: 500,
          poll: 4,
          elapsedMs: 500,
          nextInMs: 1000,
          lastSeen: { count: 1, ids: ['a'] },
        },
      ],
      pauseMs: 1000,
      state: polling(4, { lastSeen: { count: 1, ids: ['a'] }, failedTries: 1 }),
    });
  });

  it.for([
    [1, 1000],
    [2, 2000],
    [3, 4000],
    [4, 8000],
  ] as const)('after try %i: %i ms later', ([attempt, nextInMs]) => {
    expect(retryAfter(attempt, 0)).toMatchObject({ events: [{ nextInMs: nextInMs }] });
  });

  it.for([
    [0, 1000],
    [999, 1000],
    [7000, 7000],
    [20_001, 20_000],
    [Infinity, 20_000],
  ] as const)('asked to come back after %s ms, it does after %i', ([retryAfterMs, nextInMs]) => {
    expect(retryAfter(1, 0, retryAfterMs)).toMatchObject({ events: [{ nextInMs: nextInMs }] });
  });

  it('never plans past the cap', () => {
    expect(retryAfter(100, 10)).toMatchObject({ events: [{ nextInMs: 1_800_000 - 10 }] });
    expect(retryAfter(1, 1_799_995, 7000)).toMatchObject({ events: [{ nextInMs: 5 }] });
  });
});

describe('nextQuestion', () => {
  it('begins a poll', () => {
    expect(nextQuestion({ ...polling(3, { failedTries: 2 }), isPolling: false }, 60_000, limits)).toEqual({
      type: 'poll',
      timeLimitMs: 10_000,
      waitS: 0,
      state: { ...polling(4), askedAtMs: 60_000, askedWaitS: 0 },
    });
  });

  it('goes on with a poll that has no answer yet', () => {
    const state = polling(3, { failedTries: 2 });
    expect(nextQuestion(state, 60_000, limits)).toMatchObject({
      state: { ...state, askedAtMs: 60_000, askedWaitS: 0 },
    });
  });

  it('lets no request outlive the cap', () => {
    expect(nextQuestion(initialState(limits), 1_799_999, limits)).toMatchObject({ timeLimitMs: 1 });
  });

  it('asks nothing at the cap', () => {
    expect(nextQuestion(polling(3), 1_800_000, limits)).toEqual({
      type: 'end',
      events: [],
      result: { outcome: 'timed-out', polls: 3, elapsedMs: 1_800_000 },
    });
  });
});
