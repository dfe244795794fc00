import { describe, expect, it } from 'vitest';
import { decideOnPoll } from './decide-on-poll.ts';
import { resolveLimits } from './limits.ts';
import type { Counted, Unavailable } from './observation.ts';
import type { PendingPoll } from './state.ts';
import { initialState, type Polling } from './state.ts';

const limits = resolveLimits({});
const pending = (more: Partial<PendingPoll> = {}): PendingPoll => ({
  type: 'poll',
  purpose: 'wait',
  begunAtMs: 0,
  askedAtMs: 0,
  failedTries: 0,
  waitS: 0,
  ...more,
});
/** The state while a poll is pending. */
const polling = (polls: number, more: Partial<Polling> = {}): Polling => ({
  ...initialState(limits),
  polls,
  pending: pending(),
  ...more,
});
const counted = (count: number, ids: string[] = []): Counted => ({
  type: 'counted',
  inFlight: { count, ids },
});
const unavailable: Unavailable = {
  type: 'unavailable',
  reason: 'http-status',
  message: 'answered 500',
  status: 500,
};

describe('decideOnPoll', () => {
  it('turns green at a zero', () => {
    expect(decideOnPoll(polling(3), counted(0), 40_000)).toEqual({
      type: 'end',
      events: [],
      result: { outcome: 'quiet', polls: 3, elapsedMs: 40_000, lastSeen: { count: 0, ids: [] } },
      state: { ...polling(3), pending: undefined, lastCount: counted(0), zeroSinceMs: 40_000 },
    });
  });

  it('waits for the interval while the count is above zero', () => {
    const lastCount = counted(2, ['a', 'b']);
    const state = { ...polling(1), lastCount, pending: undefined };
    expect(decideOnPoll(polling(1), counted(2, ['a', 'b']), 5)).toEqual({
      type: 'pause',
      events: [
        {
          type: 'waiting',
          held: false,
          poll: 1,
          elapsedMs: 5,
          nextInMs: 20_000,
          lastSeen: lastCount.inFlight,
        },
      ],
      pauseMs: 20_000,
      state,
    });
  });

  it('cuts the last pause short, to end on the maximum wait', () => {
    expect(decideOnPoll(polling(1), counted(1), 1_799_999)).toMatchObject({
      events: [{ nextInMs: 1 }],
    });
  });

  it.for([counted(0), counted(1), unavailable])(
    'times out at the maximum wait, whatever was seen',
    (observation) => {
      expect(decideOnPoll(polling(9), observation, 1_800_000)).toMatchObject({
        type: 'end',
        events: [],
        result: { outcome: 'timed-out', polls: 9, elapsedMs: 1_800_000 },
      });
    },
  );

  it('fails open without an answer, and says why', () => {
    const cause = new Error('why');
    expect(
      decideOnPoll(polling(2, { pending: pending({ failedTries: 5 }) }), unavailable, 7).state.pending,
    ).toBe(undefined);
    const before = polling(2, { lastCount: counted(1, ['a']), pending: pending({ failedTries: 5 }) });
    expect(decideOnPoll(before, { ...unavailable, cause }, 7)).toMatchObject({
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
    const { type, reason, message } = unavailable;
    const step = decideOnPoll(
      polling(1, { pending: pending({ failedTries: 5 }) }),
      { type, reason, message },
      7,
    );
    expect(step).toHaveProperty('result', {
      outcome: 'failed-open',
      reason,
      message,
      polls: 1,
      elapsedMs: 7,
    });
  });

  it('keeps polling without an answer when it is told to wait', () => {
    const state = polling(2, {
      limits: { ...limits, onUnavailable: 'wait' },
      lastCount: counted(1, ['a']),
      pending: pending({ failedTries: 5 }),
    });
    const step = decideOnPoll({ ...state, zeroSinceMs: 3 }, unavailable, 7);
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
          lastSeen: { count: 1, ids: ['a'] },
        },
      ],
      pauseMs: 20_000,
      state: { ...state, pending: undefined },
    });
  });

  describe('with quietForMs', () => {
    const settling = (polls: number, more: Partial<Polling> = {}) =>
      polling(polls, { limits: { ...limits, quietForMs: 30_000 }, ...more });

    it('does not trust the first zero', () => {
      expect(decideOnPoll(settling(1), counted(0), 100)).toMatchObject({
        type: 'pause',
        events: [{ type: 'settling', nextInMs: 20_000 }],
        state: { zeroSinceMs: 100 },
      });
    });

    it('asks again at the very moment that the zero has lasted', () => {
      expect(decideOnPoll(settling(2, { zeroSinceMs: 100 }), counted(0), 20_100)).toMatchObject({
        events: [{ type: 'settling', nextInMs: 10_000 }],
        state: { zeroSinceMs: 100 },
      });
    });

    it('turns green once the zero has lasted', () => {
      expect(decideOnPoll(settling(3, { zeroSinceMs: 100 }), counted(0), 30_099).type).toBe('pause');
      expect(decideOnPoll(settling(3, { zeroSinceMs: 100 }), counted(0), 30_100)).toMatchObject({
        result: { outcome: 'quiet' },
      });
    });

    it('starts again after a count above zero', () => {
      const step = decideOnPoll(settling(2, { zeroSinceMs: 100 }), counted(1), 20_100);
      expect(step).toMatchObject({ type: 'pause', events: [{ type: 'waiting' }] });
      expect(step).toHaveProperty('state.zeroSinceMs', undefined);
    });
  });
});

it('asks for the lease before it takes a zero under a cordon for quiet', () => {
  const { cordon } = initialState(limits, { holder: 'deploy-42', leaseMs: 600_000 });
  expect(decideOnPoll(polling(3, { cordon }), counted(0), 40_000)).toMatchObject({
    type: 'pause',
    events: [],
    pauseMs: 0,
    state: {
      pending: { type: 'lease', purpose: 'proof', begunAtMs: 40_000, askedAtMs: 40_000, failedTries: 0 },
    },
  });
});

it('asks for no lease once that is given up', () => {
  const phase = { type: 'given-up', message: 'no' } as const;
  const cordon = { holder: 'deploy-42', leaseMs: 600_000, phase, isFresh: false };
  expect(decideOnPoll(polling(3, { cordon }), counted(0), 40_000)).toMatchObject({
    result: { outcome: 'quiet', cordon: { up: false, message: 'no' } },
  });
});

describe('whether the next poll is held', () => {
  const waiting = (more: Partial<Polling>, counting: Partial<Counted>, now = 0) =>
    decideOnPoll(polling(1, more), { ...counted(1), ...counting }, now).events;

  it('is yes when the server has just said that it knows how', () => {
    expect(waiting({}, { isWaitApplied: true })).toMatchObject([{ held: true, nextInMs: 0 }]);
    expect(waiting({ pending: pending({ waitS: 20 }) }, { isWaitApplied: true }, 5000)).toMatchObject([
      { held: true, nextInMs: 15_000 },
    ]);
  });

  it('is no otherwise', () => {
    expect(waiting({}, {})).toMatchObject([{ held: false, nextInMs: 20_000 }]);
    expect(waiting({ longPoll: false }, { isWaitApplied: true })).toMatchObject([{ held: false }]);
    expect(waiting({ pending: pending({ waitS: 20 }) }, {}, 5000)).toMatchObject([{ held: false }]);
  });

  it.for([
    [21_000, true],
    [20_999, false],
  ] as const)('depends on what is left of the maximum wait by then: of %i ms, %s', ([maxWaitMs, held]) => {
    const more = { limits: { ...limits, maxWaitMs }, pending: pending({ waitS: 20 }) };
    expect(waiting(more, { isWaitApplied: true }, 5000)).toMatchObject([{ held, nextInMs: 15_000 }]);
  });
});

describe('after a long poll that failed', () => {
  const failed = (more: Partial<Unavailable>) =>
    decideOnPoll(
      polling(4, { lastCount: counted(1), pending: pending({ waitS: 20 }) }),
      { ...unavailable, ...more },
      500,
    );

  it('the same poll asks again at once, without a wait, and has not failed', () => {
    expect(failed({})).toMatchObject({
      type: 'pause',
      events: [],
      pauseMs: 0,
      state: { longPoll: false, polls: 4, pending: { type: 'poll', failedTries: 0 } },
    });
  });

  it.for([
    [7000, 7000],
    [20_001, 20_000],
  ] as const)(
    'asked to come back after %i ms, it does after %i, with no failed try',
    ([retryAfterMs, forMs]) => {
      expect(failed({ retryAfterMs })).toMatchObject({
        events: [{ type: 'retrying', about: 'count', failedTries: 0, nextInMs: forMs }],
        pauseMs: forMs,
      });
    },
  );
});

describe('a proof once the gate has ended', () => {
  const cap = limits.maxWaitMs;
  const proving = (more: Partial<Polling> = {}) =>
    polling(4, {
      pending: pending({ purpose: 'hold-proof' }),
      lastCount: counted(0),
      zeroSinceMs: 5,
      ...more,
    });

  it.for([50_000, cap, cap + 1])('holds with a zero, even after the maximum wait: at %i', (now) => {
    expect(decideOnPoll(proving(), counted(0), now)).toMatchObject({
      type: 'end',
      result: { outcome: 'quiet', polls: 4, elapsedMs: now },
    });
  });

  it('fails with a count above zero, and the gate goes on waiting', () => {
    expect(decideOnPoll(proving(), counted(1), 50_000)).toMatchObject({
      type: 'pause',
      events: [{ type: 'waiting', nextInMs: 20_000 }],
      state: { pending: undefined, zeroSinceMs: undefined, polledAgainAtMs: 70_000 },
    });
  });

  it('sends it back to waiting no sooner than an interval after the last time', () => {
    const again = decideOnPoll(
      proving({ polledAgainAtMs: 65_000 }),
      { ...counted(1), isWaitApplied: true },
      50_000,
    );
    expect(again).toMatchObject({ pauseMs: 35_000, state: { polledAgainAtMs: 85_000 } });
  });

  it('that fails after the maximum wait ends the gate', () => {
    expect(decideOnPoll(proving(), counted(1), cap)).toMatchObject({ result: { outcome: 'timed-out' } });
  });

  it('without an answer is tried again like any poll, even after the maximum wait', () => {
    expect(decideOnPoll(proving(), unavailable, cap)).toMatchObject({
      type: 'pause',
      events: [{ type: 'retrying', failedTries: 1 }],
      pauseMs: 1000,
    });
  });

  it.for([
    ['proceed', 50_000, { result: { outcome: 'failed-open' } }],
    ['wait', 50_000, { type: 'pause', events: [{ type: 'unavailable' }], state: { zeroSinceMs: undefined } }],
    ['wait', cap, { result: { outcome: 'timed-out' } }],
  ] as const)('that never gets one ends as the gate would: %s, at %i', ([onUnavailable, now, expected]) => {
    const state = proving({
      limits: { ...limits, onUnavailable },
      pending: pending({ purpose: 'hold-proof', failedTries: 5 }),
    });
    expect(decideOnPoll(state, unavailable, now)).toMatchObject(expected);
  });
});

describe('a retry', () => {
  const retryAfter = (failedTries: number, elapsedMs: number, retryAfterMs?: number) =>
    decideOnPoll(
      polling(4, {
        limits: { ...limits, retries: 100 },
        lastCount: counted(1, ['a']),
        pending: pending({ failedTries: failedTries - 1 }),
      }),
      { ...unavailable, ...(retryAfterMs !== undefined && { retryAfterMs }) },
      elapsedMs,
    );

  it('reports what failed and when the same poll is tried again', () => {
    expect(retryAfter(1, 500)).toStrictEqual({
      type: 'pause',
      events: [
        {
          type: 'retrying',
          about: 'count',
          failedTries: 1,
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
      state: polling(4, {
        limits: { ...limits, retries: 100 },
        lastCount: counted(1, ['a']),
        pending: pending({ failedTries: 1 }),
      }),
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

  it('never plans past the maximum wait', () => {
    expect(retryAfter(100, 10)).toMatchObject({ events: [{ nextInMs: 1_800_000 - 10 }] });
    expect(retryAfter(1, 1_799_995, 7000)).toMatchObject({ events: [{ nextInMs: 5 }] });
  });
});
