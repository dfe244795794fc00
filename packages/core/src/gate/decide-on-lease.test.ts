import { describe, expect, it } from 'vitest';
import { decideOnLease } from './decide-on-lease.ts';
import { type CordonPhase, cordonResult, type OwnLease } from './gate-cordon.ts';
import { type LimitOptions, resolveLimits } from './limits.ts';
import type { Granted, Unavailable } from './observation.ts';
import type { PendingLease } from './state.ts';
import { initialState, type Leasing } from './state.ts';
import type { Step } from './step.ts';

const cap = resolveLimits({}).maxWaitMs;
const leaseA: OwnLease = { id: 'a', leaseMs: 600_000, sentAtMs: 1000 };

const UNRAISED: CordonPhase = { type: 'unraised' };
const UP: CordonPhase = { type: 'up', lease: leaseA };
const LOST: CordonPhase = { type: 'lost', lease: leaseA, message: 'was lost' };
const refusedTimes = (rejections: number): CordonPhase => ({
  type: 'refused',
  rejections,
  message: 'was refused',
});

/** The state while a lease is asked for, at 60 s; with a zero since 50 s where that is to be proved. */
function asking(
  purpose: PendingLease['purpose'],
  phase: CordonPhase,
  more: Partial<Omit<Leasing, 'limits'>> & { failedTries?: number; limits?: LimitOptions } = {},
): Leasing {
  const { failedTries = 0, limits = {}, ...state } = more;
  return {
    ...initialState(resolveLimits(limits)),
    polls: 3,
    zeroSinceMs: purpose === 'raise' ? undefined : 50_000,
    cordon: { holder: 'deploy-42', leaseMs: 600_000, phase, isFresh: false },
    pending: { type: 'lease', purpose, begunAtMs: 60_000, askedAtMs: 60_000, failedTries },
    ...state,
  };
}

const granted = (id: string, leaseMs = 600_000): Granted => ({ type: 'granted', id, leaseMs });
const refused = (status: number, message = `answered ${status}`): Unavailable => ({
  type: 'unavailable',
  reason: 'http-status',
  message,
  status,
});
const silent: Unavailable = { type: 'unavailable', reason: 'request-timeout', message: 'no answer' };
const redirect: Unavailable = { ...refused(302), detail: 'redirect' };

const types = ({ events }: Step) => events.map(({ type }) => type);
const phaseOf = ({ state }: Step) => state.cordon?.phase;

describe('a lease that is granted', () => {
  it.for<[string, CordonPhase, string, string[]]>([
    ['the first one', UNRAISED, 'a', ['cordoned']],
    ['the first one after a refusal', refusedTimes(1), 'a', ['cordoned']],
    ['the one that it had', UP, 'a', []],
    ['another one', UP, 'b', ['uncordoned', 'cordoned']],
    ['the one that seemed lost', LOST, 'a', ['cordoned']],
    ['another one after one that was lost', LOST, 'b', ['cordoned']],
  ])('is reported where it is news: %s', ([, phase, id, expected]) => {
    const step = decideOnLease(asking('raise', phase), granted(id), 60_500);
    expect(types(step)).toEqual(expected);
    expect(phaseOf(step)).toEqual({ type: 'up', lease: { id, leaseMs: 600_000, sentAtMs: 60_000 } });
  });

  it('lasts from the request on, and never for longer than was asked', () => {
    const step = decideOnLease(asking('raise', UNRAISED), granted('a', 900_000), 60_500);
    expect(step.state.cordon && cordonResult(step.state.cordon, 60_500)).toEqual({
      holder: 'deploy-42',
      up: true,
      remainingMs: 599_500,
    });
  });

  it('is followed by a poll, which needs no renewal before it', () => {
    expect(decideOnLease(asking('raise', UP), granted('a'), 60_500)).toMatchObject({
      type: 'pause',
      pauseMs: 0,
      state: { pending: undefined, cordon: { isFresh: true } },
    });
  });

  it.for<[string, CordonPhase, string, number | undefined]>([
    ['the same lease', UP, 'a', 7],
    ['the same lease after an uncordoned', LOST, 'a', 7],
    ['another lease', UP, 'b', undefined],
    ['another lease after an uncordoned', LOST, 'b', undefined],
    ['a first lease', UNRAISED, 'a', undefined],
  ])('leaves what was seen as it is, or starts again: %s', ([, phase, id, zeroSinceMs]) => {
    const step = decideOnLease(asking('raise', phase, { zeroSinceMs: 7 }), granted(id), 60_500);
    expect(step.state.zeroSinceMs).toBe(zeroSinceMs);
  });
});

describe('the renewal after a zero', () => {
  it.for([UP, LOST])('turns green with the same lease: %j', (phase) => {
    expect(decideOnLease(asking('proof', phase), granted('a'), 60_500)).toMatchObject({
      type: 'end',
      result: { outcome: 'quiet', polls: 3, elapsedMs: 60_500, cordon: { up: true, remainingMs: 599_500 } },
      state: { pending: undefined },
    });
  });

  it.for([UNRAISED, refusedTimes(1)])('polls again at once with a first lease: %j', (phase) => {
    const step = decideOnLease(asking('proof', phase, { polledAgainAtMs: 60_000 }), granted('a'), 60_500);
    expect(step).toMatchObject({
      type: 'pause',
      pauseMs: 0,
      state: { zeroSinceMs: undefined, polledAgainAtMs: 60_000 },
    });
  });

  it.for([
    [undefined, 0],
    [40_500, 0],
    [40_501, 1],
    [60_000, 19_500],
  ] as const)(
    'polls again with another lease, when it last did so at %s, after %i ms',
    ([polledAgainAtMs, pauseMs]) => {
      const step = decideOnLease(asking('proof', UP, { polledAgainAtMs }), granted('b'), 60_500);
      expect(step).toMatchObject({ type: 'pause', pauseMs, state: { polledAgainAtMs: 60_500 + pauseMs } });
      expect(step.state.cordon?.isFresh).toBe(pauseMs === 0);
      expect(types(step)).toEqual(['uncordoned', 'cordoned', ...(pauseMs === 0 ? [] : ['settling'])]);
    },
  );

  it.for([401, 409, 500])('that fails leaves a green light without the cordon: %i', (status) => {
    expect(decideOnLease(asking('proof', UP, { failedTries: 1 }), refused(status), 61_500)).toMatchObject({
      type: 'end',
      events: [{ type: 'uncordoned' }],
      result: { outcome: 'quiet', cordon: { up: false } },
    });
  });
});

describe('a raise or renewal that fails', () => {
  it('is tried once more after a transient error', () => {
    const step = decideOnLease(asking('raise', UP), refused(503), 60_500);
    expect(step).toEqual({
      type: 'pause',
      events: [
        {
          type: 'retrying',
          about: 'cordon',
          failedTries: 1,
          reason: 'http-status',
          message: 'answered 503',
          status: 503,
          poll: 3,
          elapsedMs: 60_500,
          nextInMs: 1000,
        },
      ],
      pauseMs: 1000,
      state: asking('raise', UP, { failedTries: 1 }),
    });
  });

  it.for<[string, Unavailable, number, number, LimitOptions]>([
    ['it will not pass', refused(400), 0, 60_500, {}],
    ['it was tried again before', refused(503), 1, 61_500, {}],
    ['its time would be over', refused(503), 0, 69_000, {}],
    ['the maximum wait would be over', refused(503), 0, 60_500, { maxWaitMs: 61_500 }],
  ])('is not when %s', ([, failed, failedTries, now, limits]) => {
    const step = decideOnLease(asking('raise', UP, { failedTries, limits }), failed, now);
    expect(types(step)).toEqual(['uncordoned']);
    expect(step.state.pending).toBeUndefined();
  });

  it.for([500, 501])('is, in the last moment of its time: answered at %i ms before', (leftMs) => {
    const state = asking('raise', UP);
    expect(types(decideOnLease(state, refused(503), 70_000 - 1000 - leftMs))).toEqual(['retrying']);
  });

  it.for<[string, CordonPhase, string[]]>([
    ['from unraised', UNRAISED, ['uncordoned']],
    ['from up', UP, ['uncordoned']],
    ['once it was', LOST, []],
    ['once it was refused', refusedTimes(1), []],
  ])('is reported once: %s', ([, phase, expected]) => {
    expect(types(decideOnLease(asking('raise', phase), refused(400), 60_500))).toEqual(expected);
  });

  it.for<[string, CordonPhase, Unavailable, CordonPhase]>([
    ['401 to a first raise', UNRAISED, refused(401), { type: 'given-up', message: 'answered 401' }],
    [
      '404 to a first raise',
      UNRAISED,
      refused(404),
      { type: 'refused', rejections: 1, message: 'answered 404' },
    ],
    ['404 and 403', refusedTimes(1), refused(403), { type: 'given-up', message: 'answered 403' }],
    ['404 and 405', refusedTimes(1), refused(405), { type: 'given-up', message: 'answered 405' }],
    ['404 and a redirect', refusedTimes(1), redirect, { type: 'given-up', message: 'answered 302' }],
    ['404 and silence', refusedTimes(1), silent, { type: 'refused', rejections: 1, message: 'no answer' }],
    [
      '404 and 400',
      refusedTimes(1),
      refused(400),
      { type: 'refused', rejections: 0, message: 'answered 400' },
    ],
    [
      '404 and 409',
      refusedTimes(1),
      refused(409),
      { type: 'refused', rejections: 0, message: 'answered 409' },
    ],
    [
      '409 to a first raise',
      UNRAISED,
      refused(409),
      { type: 'refused', rejections: 0, message: 'answered 409' },
    ],
    ['409 to a renewal', UP, refused(409), { type: 'given-up', message: 'answered 409' }],
    [
      '409 to a renewal of one that was lost',
      LOST,
      refused(409),
      { type: 'given-up', message: 'answered 409' },
    ],
    ['401 to a renewal', UP, refused(401), { type: 'lost', lease: leaseA, message: 'answered 401' }],
    ['404 to a renewal', LOST, refused(404), { type: 'lost', lease: leaseA, message: 'answered 404' }],
  ])('is tried again with the next poll, or never: %s', ([, phase, failed, expected]) => {
    const step = decideOnLease(asking('raise', phase, { failedTries: 1 }), failed, 60_500);
    expect(phaseOf(step)).toEqual(expected);
  });

  it('breaks a row of rejections also with an answer that is tried again', () => {
    const step = decideOnLease(asking('raise', refusedTimes(1)), refused(503), 60_500);
    expect(phaseOf(step)).toEqual({ type: 'refused', rejections: 0, message: 'answered 503' });
  });

  it('is followed by a poll', () => {
    expect(decideOnLease(asking('raise', UP), refused(400), 60_500)).toMatchObject({
      type: 'pause',
      pauseMs: 0,
    });
  });
});

describe('once the gate has ended', () => {
  const settled = { type: 'pause', pauseMs: 0 };

  it('a renewal is settled whatever comes of it, also after the maximum wait', () => {
    const renewed = decideOnLease(asking('hold', UP), granted('a'), cap + 5);
    expect(renewed).toMatchObject({
      ...settled,
      events: [],
      state: { pending: undefined, zeroSinceMs: 50_000 },
    });
    const replaced = decideOnLease(asking('hold', UP), granted('b'), cap + 5);
    expect(replaced).toMatchObject({ ...settled, state: { zeroSinceMs: undefined } });
    expect(types(replaced)).toEqual(['uncordoned', 'cordoned']);
    const lifted = decideOnLease(asking('hold', UP), refused(409), cap + 5);
    expect(lifted).toMatchObject({ ...settled, state: { cordon: { phase: { type: 'given-up' } } } });
    expect(types(lifted)).toEqual(['uncordoned']);
  });

  it('a renewal is tried once more within its time, whatever the maximum wait', () => {
    const state = asking('hold', UP, { limits: { maxWaitMs: 60_100 } });
    expect(decideOnLease(state, refused(503), 60_500)).toMatchObject({ type: 'pause', pauseMs: 1000 });
  });

  it('a proof holds with the lease of the zero', () => {
    expect(decideOnLease(asking('hold-proof', UP), granted('a'), cap + 5)).toMatchObject({
      type: 'end',
      result: { outcome: 'quiet' },
    });
  });

  it('a proof fails with another lease, and with the same one when the zero was under another', () => {
    for (const [state, id] of [
      [asking('hold-proof', UP), 'b'],
      [asking('hold-proof', UP, { zeroSinceMs: undefined }), 'a'],
    ] as const) {
      const step = decideOnLease(state, granted(id), 60_500);
      expect(step).toMatchObject({ type: 'pause', state: { pending: undefined, polledAgainAtMs: 60_500 } });
    }
  });

  it('a proof without an answer leaves the green light, unless the zero was under another lease', () => {
    const failed = (more: Parameters<typeof asking>[2]) =>
      decideOnLease(asking('hold-proof', UP, { failedTries: 1, ...more }), silent, 60_500);
    expect(failed({})).toMatchObject({ type: 'end', result: { outcome: 'quiet', cordon: { up: false } } });
    expect(failed({ zeroSinceMs: undefined })).toMatchObject({ type: 'pause' });
  });
});
