import { describe, expect, it } from 'vitest';
import { resolveLimits } from './limits.ts';
import { pauseWhileBusy, waitSeconds } from './long-poll.ts';
import { type GateState, initialState, type Polling } from './state.ts';

const limits = resolveLimits({});
const counted = (count: number, isWaitApplied = true): Partial<GateState> => ({
  lastCount: { type: 'counted', inFlight: { count, ids: [] }, isWaitApplied },
});
const busy: GateState = { ...initialState(limits), ...counted(1) };

/** The state while a poll is pending that was made at 60 s. */
const asking = (waitS: number | undefined, more: Partial<GateState> = {}): Polling => ({
  ...busy,
  ...more,
  pending: { type: 'poll', purpose: 'wait', begunAtMs: 60_000, askedAtMs: 60_000, failedTries: 0, waitS },
});

describe('waitSeconds', () => {
  it.for<[string, GateState, number | undefined]>([
    ['the whole interval while the count is above zero and the wait was applied', busy, 20],
    ['0 before the first count', initialState(limits), 0],
    ['0 after an answer that did not apply it', { ...busy, ...counted(1, false) }, 0],
    ['0 after a zero', { ...busy, ...counted(0) }, 0],
    ['nothing once a long poll has failed', { ...busy, longPoll: false }, undefined],
    ['nothing where it is turned off', initialState({ ...limits, longPoll: false }), undefined],
  ])('is %s', ([, state, expected]) => {
    expect(waitSeconds(state, 60_000)).toBe(expected);
  });

  it('is in whole seconds', () => {
    expect(waitSeconds({ ...busy, limits: { ...limits, intervalMs: 20_999 } }, 0)).toBe(20);
    expect(waitSeconds({ ...busy, limits: { ...limits, intervalMs: 999 } }, 0)).toBe(0);
  });

  it('is no more than what is left of the maximum wait', () => {
    expect(waitSeconds(busy, 1_800_000 - 7001)).toBe(7);
    expect(waitSeconds(busy, 1_800_000 - 999)).toBe(0);
  });
});

describe('pauseWhileBusy', () => {
  const pause = (state: Polling, now: number, leastMs = 0) => pauseWhileBusy(state, now, leastMs);

  it('is none when the first long poll can follow', () => {
    expect(pause(asking(0), 60_005)).toEqual({ forMs: 0, held: true });
  });

  it('is the interval when no long poll can follow', () => {
    expect(pause(asking(0, counted(1, false)), 60_005)).toEqual({ forMs: 20_000, held: false });
    expect(pause(asking(0), 1_799_500)).toEqual({ forMs: 20_000, held: false });
    expect(pause(asking(undefined, { longPoll: false }), 60_005)).toEqual({ forMs: 20_000, held: false });
  });

  it('is as long as it has to be, and held if there is time for that by then', () => {
    expect(pause(asking(0), 60_005, 7000)).toEqual({ forMs: 7000, held: true });
    expect(pause(asking(20), 60_005, 7000)).toEqual({ forMs: 19_995, held: true });
    expect(pause(asking(0), 1_790_000, 9001)).toEqual({ forMs: 9001, held: false });
  });

  it.for([true, false])('lasts to an interval after a long poll began, applied or not: %s', (held) => {
    const state = asking(20, counted(1, held));
    expect(pause(state, 60_005)).toEqual({ forMs: 19_995, held });
    expect(pause(state, 80_000)).toEqual({ forMs: 0, held });
    expect(pause(state, 85_000)).toEqual({ forMs: 0, held });
  });
});
