import { describe, expect, it } from 'vitest';
import { type LimitOptions, resolveLimits } from './limits.ts';

const defaults = {
  intervalMs: 20_000,
  maxWaitMs: 1_800_000,
  requestTimeoutMs: 10_000,
  quietForMs: 0,
  retries: 5,
  onUnavailable: 'proceed',
  longPoll: true,
};

describe('resolveLimits', () => {
  it('asks every 20 s, holds for at most 30 min, and gives a request 10 s', () => {
    expect(resolveLimits({})).toEqual(defaults);
  });

  it('takes undefined as the default', () => {
    const undefineds = Object.fromEntries(Object.keys(defaults).map((name) => [name, undefined]));
    expect(resolveLimits(undefineds)).toEqual(defaults);
  });

  it('keeps what it is given', () => {
    const given = {
      intervalMs: 1,
      maxWaitMs: 2_147_483_647,
      requestTimeoutMs: 0.5 + 1,
      quietForMs: 5,
      retries: 100,
      onUnavailable: 'wait',
      longPoll: false,
    } as const;
    expect(resolveLimits(given)).toEqual(given);
  });

  it.for(['intervalMs', 'maxWaitMs', 'requestTimeoutMs'])('%s starts at 1', (name) => {
    expect(() => resolveLimits({ [name]: 0.999 })).toThrow(
      new RangeError(`${name} must be from 1 to 2147483647 milliseconds, got 0.999`),
    );
    expect(resolveLimits({ [name]: 1 })).toEqual({ ...defaults, [name]: 1 });
  });

  it.for([4, 5])('quietForMs is below maxWaitMs, and so not %i of 4', (quietForMs) => {
    expect(() => resolveLimits({ quietForMs, maxWaitMs: 4 })).toThrow(
      new RangeError(
        `quietForMs must be below maxWaitMs, or the light could never turn green, got ${quietForMs} and 4`,
      ),
    );
    expect(resolveLimits({ quietForMs: 3, maxWaitMs: 4 }).quietForMs).toBe(3);
  });

  it('quietForMs starts at 0', () => {
    expect(() => resolveLimits({ quietForMs: -1 })).toThrow(
      new RangeError('quietForMs must be from 0 to 2147483647 milliseconds, got -1'),
    );
  });

  const durations = ['intervalMs', 'maxWaitMs', 'requestTimeoutMs', 'quietForMs'];

  it.for(
    durations.flatMap((name) =>
      [NaN, Infinity, -Infinity, 2_147_483_648].map((value) => [name, value] as const),
    ),
  )('%s may not be %s', ([name, value]) => {
    expect(() => resolveLimits({ [name]: value })).toThrow(RangeError);
  });

  it.for(
    [...durations, 'retries'].flatMap((name) =>
      ['5', null, true, {}, 5n].map((value) => [name, value] as const),
    ),
  )('%s of another kind, %s, is a TypeError', ([name, value]) => {
    expect(() => resolveLimits({ [name]: value })).toThrow(TypeError);
  });

  it.for([-1, 101, 1.5, NaN, Infinity])('retries may not be %s', (retries) => {
    expect(() => resolveLimits({ retries })).toThrow(
      new RangeError(`retries must be an integer from 0 to 100, got ${retries}`),
    );
  });

  it.for<[unknown, string]>([
    ['Wait', 'got "Wait"'],
    ['', 'got ""'],
    [null, 'got null'],
    [true, 'got boolean'],
  ])('onUnavailable may not be %j', ([onUnavailable, got]) => {
    expect(() => resolveLimits({ onUnavailable } as LimitOptions)).toThrow(
      new TypeError(`onUnavailable must be 'proceed' or 'wait' or 'wait-when-busy', ${got}`),
    );
  });

  it.for([null, 0, 'false'])('longPoll may not be %j', (longPoll) => {
    expect(() => resolveLimits({ longPoll } as unknown as LimitOptions)).toThrow(
      /^longPoll must be true or false, got /,
    );
  });
});
