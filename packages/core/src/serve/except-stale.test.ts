import { fc, test } from '@quietgate/testkit/property';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { deploymentArb } from '../../test/deployment-arbitraries.ts';
import type { Deployment, DeploymentClass } from '../deployment.ts';
import { countInFlight } from '../in-flight/count-in-flight.ts';
import { exceptStale, type ExceptStaleOptions } from './except-stale.ts';

interface Run {
  readonly id: string;
  readonly status: string;
  readonly beatAt?: number | null;
}

const AFTER_MS = 1_000;

/** A classifier over runs that carry their last heartbeat, at a time that the test holds. */
function createExceptStale(options: Partial<ExceptStaleOptions<Run>> = {}) {
  const clock = { now: 1_000_000 };
  const onStale = vi.fn();
  const classify = exceptStale<Run>({
    afterMs: AFTER_MS,
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
  it('turns phase-0 into stale when the last sign of life is afterMs or more in the past', () => {
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
      const lastSignOfLife = vi.fn(() => 1);
      const classify = exceptStale<Deployment>({ afterMs: 1, lastSignOfLife });
      expect(classify(deployment)).toBe(expected === 'phase-0' ? 'stale' : expected);
      expect(lastSignOfLife).toHaveBeenCalledTimes(expected === 'phase-0' ? 1 : 0);
    },
  );

  it('takes a classifier for records of another shape, and passes on what it throws', () => {
    const classify = exceptStale({
      afterMs: AFTER_MS,
      lastSignOfLife: () => 1,
      classify: ({ step }: { id: string; step: string }): DeploymentClass => {
        if (step === 'lost') throw new Error('no such step');
        return step === 'apply' ? 'phase-0' : 'phase-1';
      },
    });
    expect(classify({ id: 'a', step: 'apply' })).toBe('stale');
    expect(classify({ id: 'a', step: 'watch' })).toBe('phase-1');
    expect(() => classify({ id: 'a', step: 'lost' })).toThrow('no such step');
  });

  it.for<[string, Partial<ExceptStaleOptions<Run>>]>([
    [
      'lastSignOfLife',
      {
        lastSignOfLife: () => {
          throw new Error('no heartbeat');
        },
      },
    ],
    [
      'now',
      {
        now: () => {
          throw new Error('no clock');
        },
      },
    ],
  ])('leaves a run in phase-0 when %s throws', ([, options]) => {
    const { classify, onStale } = createExceptStale(options);
    expect(classify(run('a', 1))).toBe('phase-0');
    expect(onStale).not.toHaveBeenCalled();
  });

  it('goes by the time of day unless given another', () => {
    const classify = exceptStale<Run>({
      afterMs: AFTER_MS,
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

describe('onStale', () => {
  it('is told of a run once, however often it is listed', () => {
    const { classify, onStale } = createExceptStale();
    const stale = run('a', 1);
    classify(stale);
    classify({ ...stale });
    classify(run('b', 1));
    classify(stale);
    expect(onStale.mock.calls).toEqual([[stale], [run('b', 1)]]);
  });

  it.for<[string, (now: number) => Run]>([
    ['a sign of life', (now) => run('a', now)],
    ['a time in another class', () => run('a', 1, 'ready')],
  ])('is told again after %s', ([, between]) => {
    const { clock, classify, onStale } = createExceptStale();
    classify(run('a', 1));
    classify(between(clock.now));
    expect(onStale).toHaveBeenCalledTimes(1);
    expect(classify(run('a', 1))).toBe('stale');
    expect(onStale).toHaveBeenCalledTimes(2);
  });

  it('changes no class when it fails', async () => {
    const throws = () => {
      throw new Error('the log is full');
    };
    const rejects = (): unknown => Promise.reject(new Error('the log is full'));
    expect(createExceptStale({ onStale: throws }).classify(run('a', 1))).toBe('stale');
    expect(createExceptStale({ onStale: rejects }).classify(run('a', 1))).toBe('stale');
    // The rejection of a promise that nobody took would fail the run of the tests.
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('remembers ten thousand runs', () => {
    const { classify, onStale } = createExceptStale();
    for (let n = 0; n < 10_000; n++) classify(run(`run ${n}`, 1));
    onStale.mockClear();
    classify(run('run 0', 1));
    expect(onStale).not.toHaveBeenCalled();
  });

  it('forgets of more than ten thousand runs the one that was listed longest ago', () => {
    const { classify, onStale } = createExceptStale();
    classify(run('gone', 1));
    classify(run('listed', 1));
    for (let n = 0; n < 9_998; n++) classify(run(`run ${n}`, 1));
    classify(run('listed', 1));
    classify(run('one more', 1));
    onStale.mockClear();
    classify(run('listed', 1));
    expect(onStale).not.toHaveBeenCalled();
    classify(run('gone', 1));
    expect(onStale).toHaveBeenCalledTimes(1);
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
    [{ afterMs: 1 }, new TypeError('lastSignOfLife must be a function, got undefined')],
    [{ ...right, now: 5 }, new TypeError('now must be a function, got number')],
    [{ ...right, classify: null }, new TypeError('classify must be a function, got null')],
    [{ ...right, onStale: 'log' }, new TypeError('onStale must be a function, got string')],
  ])('%j is refused', ([options, error]) => {
    expect(() => exceptStale(options as ExceptStaleOptions<Run>)).toThrow(error);
  });

  test.prop([fc.double({ min: 1, noDefaultInfinity: true, noNaN: true })])(
    'takes any afterMs from 1',
    (afterMs) => {
      expect(exceptStale<Run>({ ...right, afterMs })(run('a', 1))).toBe('phase-0');
    },
  );
});
