import { fc, test } from '@quietgate/testkit/property';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { deploymentArb } from '../../test/deployment-arbitraries.ts';
import type { Deployment, DeploymentClass } from '../deployment.ts';
import { countInFlight } from '../in-flight/count-in-flight.ts';
import { tallyInFlight } from '../in-flight/tally-in-flight.ts';
import { createInFlightIndex } from './create-in-flight-index.ts';
import { exceptStale, type ExceptStaleOptions } from './except-stale.ts';

interface Run {
  readonly id: string;
  readonly status: string;
  readonly beatAt?: number | null;
}

/** Half an hour before the present of the tests. */
const BEAT_AT = Date.UTC(2026, 4, 18, 11, 30);
const AFTER_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;

/** A classifier over runs that carry their last heartbeat, at a time that the test holds. */
function createExceptStale(options: Partial<ExceptStaleOptions<Run>> = {}) {
  const clock = { now: Date.UTC(2026, 4, 18, 12) };
  const onStale = vi.fn();
  const classify = exceptStale<Run>({
    afterMs: AFTER_MS,
    confirmMs: 0,
    lastSignOfLife: ({ beatAt }) => beatAt,
    now: () => clock.now,
    onStale,
    ...options,
  });
  return { clock, classify, onStale };
}

const run = (id: string, beatAt: number | null, status = 'tofu-applying'): Run => ({ id, status, beatAt });

afterEach(() => {
  vi.useRealTimers();
});

describe('exceptStale', () => {
  it('turns phase-0 into stale when the last heartbeat is afterMs or more in the past', () => {
    const { clock, classify } = createExceptStale();
    expect(classify(run('a', clock.now - AFTER_MS + 1))).toBe('phase-0');
    expect(classify(run('a', clock.now - AFTER_MS))).toBe('stale');
  });

  it('makes a count leave out what is stale', () => {
    const { clock, classify } = createExceptStale();
    const runs = [run('alive', clock.now), run('dead', clock.now - AFTER_MS), run('silent', null)];
    expect(countInFlight(runs, { classify })).toEqual({ count: 2, ids: ['alive', 'silent'] });
  });

  test.prop([deploymentArb])(
    'leaves every other class as it is, and never asks it',
    ({ deployment, expected }) => {
      const lastSignOfLife = vi.fn(() => BEAT_AT);
      const classify = exceptStale<Deployment>({ afterMs: 1, confirmMs: 0, lastSignOfLife });
      expect(classify(deployment)).toBe(expected === 'phase-0' ? 'stale' : expected);
      expect(lastSignOfLife).toHaveBeenCalledTimes(expected === 'phase-0' ? 1 : 0);
    },
  );

  it('takes a classifier for records of another shape, and passes on what it throws', () => {
    const classify = exceptStale({
      afterMs: AFTER_MS,
      confirmMs: 0,
      lastSignOfLife: () => BEAT_AT,
      classify: ({ step }: { id: string; step: string }): DeploymentClass => {
        if (step === 'lost') throw new Error('no such step');
        return step === 'apply' ? 'phase-0' : 'phase-1';
      },
    });
    expect(classify({ id: 'a', step: 'apply' })).toBe('stale');
    expect(classify({ id: 'a', step: 'watch' })).toBe('phase-1');
    expect(() => classify({ id: 'a', step: 'lost' })).toThrow('no such step');
  });

  it('goes by the time of day unless given another', () => {
    const classify = exceptStale<Run>({
      afterMs: AFTER_MS,
      confirmMs: 0,
      lastSignOfLife: ({ beatAt }) => beatAt,
      now: undefined,
      classify: undefined,
      onStale: undefined,
    });
    vi.useFakeTimers({ now: Date.UTC(2026, 4, 18), toFake: ['Date'] });
    expect(classify(run('a', Date.now() - AFTER_MS))).toBe('stale');
    expect(classify(run('a', Date.now() - AFTER_MS + 1))).toBe('phase-0');
  });
});

describe('over an index', () => {
  const wiping = (id: string) => run(id, BEAT_AT, 'wiping');
  const createIndex = () =>
    createInFlightIndex<Run>({ classify: ({ status }) => (status === 'wiping' ? 'phase-0' : 'terminal') });

  it('takes the word of its classify where it has none itself', () => {
    const index = createIndex();
    index.set(wiping('dead'));
    index.set({ ...wiping('silent'), beatAt: null });
    const { classify, onStale } = createExceptStale();
    const counted = { count: 1, ids: ['silent'] };
    expect(countInFlight(index, { classify })).toEqual(counted);
    expect(tallyInFlight(index, classify, () => undefined)).toEqual(counted);
    expect(onStale.mock.calls).toEqual([[wiping('dead')]]);
  });

  it('goes by a classify of its own', () => {
    const index = createIndex();
    index.set({ ...wiping('a'), beatAt: null });
    const { classify } = createExceptStale({ classify: () => 'terminal' });
    expect(countInFlight(index, { classify })).toEqual({ count: 0, ids: [] });
  });

  it('goes by the status of the same records elsewhere', () => {
    const { classify } = createExceptStale();
    expect(classify(wiping('a'))).toBe('unknown');
  });
});

describe('the confirmation', () => {
  it('wants the same sign to have been looked at for a minute, unless told otherwise', () => {
    const { clock, classify } = createExceptStale({ confirmMs: undefined });
    const classes = [0, 20_000, 20_000, 19_999, 1].map((gapMs) => {
      clock.now += gapMs;
      return classify(run('a', BEAT_AT));
    });
    expect(classes).toEqual(['phase-0', 'phase-0', 'phase-0', 'phase-0', 'stale']);
  });

  it('takes no longer than afterMs, unless told otherwise', () => {
    const { clock, classify } = createExceptStale({ afterMs: 5_000, confirmMs: undefined });
    classify(run('a', BEAT_AT));
    clock.now += 5_000;
    expect(classify(run('a', BEAT_AT))).toBe('stale');
  });

  it('trusts 30 s of a gap at most, so that nobody dies while the store or the process is away', () => {
    const { clock, classify } = createExceptStale({ confirmMs: 60_000 });
    const classes = [0, 3_000_000, 29_999, 1].map((gapMs) => {
      clock.now += gapMs;
      return classify(run('a', BEAT_AT));
    });
    expect(classes).toEqual(['phase-0', 'phase-0', 'phase-0', 'stale']);
  });

  const signArb = fc.constantFrom<(now: number) => number | null>(
    () => BEAT_AT,
    () => BEAT_AT,
    () => BEAT_AT - 1,
    () => null,
    (now) => now + 1,
  );
  const gapArb = fc.oneof(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: -40_000, max: 600_000 }));
  const lookArb = fc.record({ gapMs: gapArb, signOf: signArb });

  test.prop([
    fc.array(lookArb, { maxLength: 30 }),
    fc.integer({ min: 0, max: 120_000 }),
    fc.integer({ min: 120_000, max: 2_400_000 }),
  ])('is as long as the looks at one sign can be trusted for', (looks, confirmMs, afterMs) => {
    const { clock, classify } = createExceptStale({ confirmMs, afterMs });
    const seen: { now: number; signAt: number | null; age: number; watchedMs: number }[] = [];
    for (const { gapMs, signOf } of looks) {
      clock.now += gapMs;
      const signAt = signOf(clock.now);
      const before = seen.at(-1);
      const isSame = before?.signAt === signAt;
      const trustedMs = Math.min(30_000, Math.max(0, gapMs));
      seen.push({
        now: clock.now,
        signAt,
        age: signAt === null ? -1 : clock.now - signAt,
        watchedMs: isSame ? before.watchedMs + trustedMs : 0,
      });
      const since = seen.findLastIndex((each) => each.signAt !== signAt || each.age < 0) + 1;
      const isStale = seen.slice(since).some((each) => each.age >= afterMs && each.watchedMs >= confirmMs);
      expect(classify(run('a', signAt))).toBe(isStale ? 'stale' : 'phase-0');
    }
  });

  it('is kept for each id', () => {
    const { clock, classify } = createExceptStale({ confirmMs: 20_000 });
    classify(run('a', BEAT_AT));
    clock.now += 20_000;
    expect([classify(run('b', BEAT_AT)), classify(run('a', BEAT_AT))]).toEqual(['phase-0', 'stale']);
  });

  it('knows a sign again, however it is written', () => {
    const signs: (Date | string | number)[] = [BEAT_AT, new Date(BEAT_AT), '2026-05-18T13:30:00+02:00'];
    const { clock, classify } = createExceptStale({ confirmMs: 20_000, lastSignOfLife: () => signs.shift() });
    classify(run('a', null));
    clock.now += 10_000;
    classify(run('a', null));
    clock.now += 10_000;
    expect(classify(run('a', null))).toBe('stale');
  });
});

describe('a stale run', () => {
  it('stays stale until its sign changes, whatever the clock', () => {
    const { clock, classify } = createExceptStale();
    expect(classify(run('a', BEAT_AT))).toBe('stale');
    clock.now = BEAT_AT;
    expect(classify(run('a', BEAT_AT))).toBe('stale');
    expect(classify(run('a', BEAT_AT - 1))).toBe('phase-0');
    expect(classify(run('a', BEAT_AT))).toBe('phase-0');
  });

  it.for<[string, (state: { sign: unknown; now: unknown }) => void]>([
    ['lastSignOfLife throws', (state) => (state.sign = new Error('no heartbeat'))],
    ['now throws', (state) => (state.now = new Error('no clock'))],
    ['now is no time', (state) => (state.now = NaN)],
    ['now has no end', (state) => (state.now = Infinity)],
    ['its sign proves nothing', (state) => (state.sign = '5')],
    ['its sign lies in the future', (state) => (state.now = BEAT_AT - 1)],
  ])('is in phase-0 again when %s, and is looked at anew', ([, disturb]) => {
    const state: { sign: unknown; now: unknown } = { sign: BEAT_AT, now: BEAT_AT + AFTER_MS };
    const read = (value: unknown) => {
      if (value instanceof Error) throw value;
      return value as number;
    };
    const onStale = vi.fn();
    const classify = exceptStale<Run>({
      afterMs: AFTER_MS,
      confirmMs: 1_000,
      lastSignOfLife: () => read(state.sign),
      now: () => read(state.now),
      onStale,
    });
    classify(run('a', null));
    state.now = BEAT_AT + AFTER_MS + 1_000;
    expect(classify(run('a', null))).toBe('stale');
    disturb(state);
    expect(classify(run('a', null))).toBe('phase-0');
    Object.assign(state, { sign: BEAT_AT, now: BEAT_AT + AFTER_MS + 1_000 });
    expect(classify(run('a', null))).toBe('phase-0');
    state.now = BEAT_AT + AFTER_MS + 2_000;
    expect(classify(run('a', null))).toBe('stale');
    expect(onStale).toHaveBeenCalledTimes(2);
  });

  it('is forgotten when it has not been looked at for an hour', () => {
    const { clock, classify, onStale } = createExceptStale({ confirmMs: 1_000 });
    classify(run('a', BEAT_AT));
    clock.now += 1_000;
    expect(classify(run('a', BEAT_AT))).toBe('stale');
    clock.now += HOUR_MS - 1;
    expect(classify(run('a', BEAT_AT))).toBe('stale');
    clock.now += HOUR_MS;
    expect(classify(run('a', BEAT_AT))).toBe('phase-0');
    clock.now += 1_000;
    expect(classify(run('a', BEAT_AT))).toBe('stale');
    expect(onStale).toHaveBeenCalledTimes(2);
  });
});

describe('onStale', () => {
  it('is told of a run once, however often it is listed', () => {
    const { classify, onStale } = createExceptStale();
    const stale = run('a', BEAT_AT);
    classify(stale);
    classify({ ...stale });
    classify(run('b', BEAT_AT));
    classify(stale);
    expect(onStale.mock.calls).toEqual([[stale], [run('b', BEAT_AT)]]);
  });

  it.for<[string, (now: number) => Run]>([
    ['a heartbeat', (now) => run('a', now)],
    ['a time in another class', () => run('a', BEAT_AT, 'ready')],
  ])('is told again after %s', ([, between]) => {
    const { clock, classify, onStale } = createExceptStale();
    classify(run('a', BEAT_AT));
    classify(between(clock.now));
    expect(onStale).toHaveBeenCalledTimes(1);
    expect(classify(run('a', BEAT_AT))).toBe('stale');
    expect(onStale).toHaveBeenCalledTimes(2);
  });

  it('changes no class when it fails', async () => {
    const throws = () => {
      throw new Error('the log is full');
    };
    const rejects = (): unknown => Promise.reject(new Error('the log is full'));
    expect(createExceptStale({ onStale: throws }).classify(run('a', BEAT_AT))).toBe('stale');
    expect(createExceptStale({ onStale: rejects }).classify(run('a', BEAT_AT))).toBe('stale');
    // The rejection of a promise that nobody took would fail the run of the tests.
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('wrong usage', () => {
  const right = { afterMs: 1, lastSignOfLife: () => null };

  it.for<[unknown, Error]>([
    [undefined, new TypeError('options must be an object with afterMs and lastSignOfLife, got undefined')],
    [{ ...right, after: 5 }, new TypeError('"after" is not an option: did you mean "afterMs"?')],
    [{ ...right, afterMs: undefined }, new TypeError('afterMs must be a number, got undefined')],
    [{ ...right, afterMs: '5' }, new TypeError('afterMs must be a number, got "5"')],
    [
      { ...right, afterMs: 0.5 },
      new RangeError('afterMs must be a finite number of milliseconds from 1, got 0.5'),
    ],
    [
      { ...right, afterMs: NaN },
      new RangeError('afterMs must be a finite number of milliseconds from 1, got NaN'),
    ],
    [
      { ...right, afterMs: Infinity },
      new RangeError('afterMs must be a finite number of milliseconds from 1, got Infinity'),
    ],
    [{ ...right, confirmMs: '5' }, new TypeError('confirmMs must be a number, got "5"')],
    [{ ...right, confirmMs: -1 }, new RangeError('confirmMs must be from 0 to afterMs, 1, got -1')],
    [{ ...right, confirmMs: 2 }, new RangeError('confirmMs must be from 0 to afterMs, 1, got 2')],
    [{ ...right, confirmMs: NaN }, new RangeError('confirmMs must be from 0 to afterMs, 1, got NaN')],
    [{ afterMs: 1 }, new TypeError('lastSignOfLife must be a function, got undefined')],
    [{ ...right, now: 5 }, new TypeError('now must be a function, got number')],
    [{ ...right, classify: null }, new TypeError('classify must be a function, got null')],
    [{ ...right, onStale: 'log' }, new TypeError('onStale must be a function, got string')],
  ])('%j is refused', ([options, error]) => {
    expect(() => exceptStale(options as ExceptStaleOptions<Run>)).toThrow(error);
  });

  test.prop([fc.double({ min: 1, noDefaultInfinity: true, noNaN: true })])(
    'takes any afterMs from 1, and a confirmMs as long as that',
    (afterMs) => {
      expect(exceptStale<Run>({ ...right, afterMs, confirmMs: afterMs })(run('a', 1))).toBe('phase-0');
    },
  );
});
