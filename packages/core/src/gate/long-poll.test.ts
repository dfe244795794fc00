import { describe, expect, it } from 'vitest';
import { resolveLimits } from './limits.ts';
import { pauseWhileBusyMs, waitSeconds } from './long-poll.ts';
import { type GateState, initialState } from './state.ts';

const limits = resolveLimits({});
const busy: GateState = {
  ...initialState(limits),
  lastSeen: { count: 1, ids: [] },
  isWaitApplied: true,
  askedAtMs: 60_000,
};

describe('waitSeconds', () => {
  it.for<[string, GateState, number | undefined]>([
    ['the whole interval while the count is above zero and the wait was applied', busy, 20],
    ['0 before the first count', initialState(limits), 0],
    ['0 after an answer that did not apply it', { ...busy, isWaitApplied: false }, 0],
    ['0 after a zero', { ...busy, lastSeen: { count: 0, ids: [] } }, 0],
    ['nothing once a long poll has failed', { ...busy, asksToWait: false }, undefined],
  ])('is %s', ([, state, expected]) => {
    expect(waitSeconds(state, 60_000, limits)).toBe(expected);
  });

  it('is in whole seconds', () => {
    expect(waitSeconds(busy, 0, { ...limits, intervalMs: 20_999 })).toBe(20);
    expect(waitSeconds(busy, 0, { ...limits, intervalMs: 999 })).toBe(0);
  });

  it('is no more than what is left to the cap', () => {
    expect(waitSeconds(busy, 1_800_000 - 7001, limits)).toBe(7);
    expect(waitSeconds(busy, 1_800_000 - 999, limits)).toBe(0);
  });
});

describe('pauseWhileBusyMs', () => {
  it('is none when the first long poll can follow', () => {
    expect(pauseWhileBusyMs({ ...busy, askedWaitS: 0 }, 60_005, limits)).toBe(0);
  });

  it('is the interval when no long poll can follow', () => {
    expect(pauseWhileBusyMs({ ...busy, askedWaitS: 0, isWaitApplied: false }, 60_005, limits)).toBe(20_000);
    expect(pauseWhileBusyMs({ ...busy, askedWaitS: 0 }, 1_799_500, limits)).toBe(20_000);
    expect(pauseWhileBusyMs({ ...busy, askedWaitS: undefined, asksToWait: false }, 60_005, limits)).toBe(
      20_000,
    );
  });

  it.for([true, false])(
    'lasts to an interval after a long poll began, applied (%s) or not',
    (isWaitApplied) => {
      const held = { ...busy, askedWaitS: 20, isWaitApplied };
      expect(pauseWhileBusyMs(held, 60_005, limits)).toBe(19_995);
      expect(pauseWhileBusyMs(held, 80_000, limits)).toBe(0);
      expect(pauseWhileBusyMs(held, 85_000, limits)).toBe(0);
    },
  );
});
