import { fc, test, unicodeString } from '@quietgate/testkit/property';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CordonRefused } from '../cordon/cordon-refused.ts';
import { systemClock } from '../wait/clock.ts';
import { createCordon, type CreateCordonOptions } from './create-cordon.ts';

/** A clock that the test moves, and a cordon on it. */
function createCordonOnClock(options: CreateCordonOptions = {}) {
  let now = 1_000_000;
  const pass = (ms: number) => {
    now += ms;
  };
  const clock = { ...systemClock, now: () => now };
  return { pass, ...createCordon({ clock, ...options }) };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('createCordon', () => {
  it('is down until it is raised, and again when the last lease ends', () => {
    const { pass, raise, isUp, remainingMs, holders } = createCordonOnClock();
    expect([isUp(), remainingMs(), holders()]).toEqual([false, 0, []]);
    raise('b', 2_000);
    raise('a', 1_000);
    expect([isUp(), remainingMs(), holders()]).toEqual([true, 2_000, ['a', 'b']]);
    pass(1_999);
    expect([isUp(), remainingMs(), holders()]).toEqual([true, 1, ['b']]);
    pass(1);
    expect([isUp(), remainingMs(), holders()]).toEqual([false, 0, []]);
  });

  it('begins a lease with a random id, and renews it under the same', () => {
    const { pass, raise } = createCordonOnClock();
    const first = raise('a', 10_000);
    expect(first).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown, leaseMs: 10_000 });
    pass(9_999);
    expect(raise('a', 20_000, first.id)).toEqual({ id: first.id, leaseMs: 20_000 });
    pass(20_000);
    expect(raise('a', 10_000, first.id).id).not.toBe(first.id);
  });

  test.prop([fc.uniqueArray(unicodeString().filter((holder) => holder !== '*'))])(
    'gives each lease an id of its own, under any name',
    (names) => {
      const { raise, holders } = createCordonOnClock();
      const ids = names.map((holder) => raise(holder, 1_000).id);
      expect(new Set(ids).size).toBe(names.length);
      expect(holders()).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)));
    },
  );

  it('ends one lease, or all of them, and refuses to renew what was lifted', () => {
    const { raise, lift, holders } = createCordonOnClock();
    const [a, b] = [raise('a', 60_000), raise('b', 60_000)];
    raise('c', 60_000);
    lift('a');
    expect(holders()).toEqual(['b', 'c']);
    lift('*');
    expect(holders()).toEqual([]);
    expect(() => raise('a', 60_000, a.id)).toThrow(CordonRefused);
    expect(() => raise('b', 60_000, b.id)).toThrow(CordonRefused);
    expect(holders()).toEqual([]);
  });

  it('is up for at most an hour in a row, with a minute of rest, unless told otherwise', () => {
    const { pass, raise } = createCordonOnClock();
    expect(raise('a', 2 * 3_600_000).leaseMs).toBe(3_600_000);
    pass(3_600_000 + 59_999);
    expect(() => raise('a', 1_000)).toThrow(
      new CordonRefused('the cordon may be up for at most 3600 s in a row; it may be raised again in 1 s'),
    );
    pass(1);
    expect(raise('a', 1_000).leaseMs).toBe(1_000);
  });

  it('keeps to limits of its own', () => {
    const { pass, raise } = createCordonOnClock({ maxUpMs: 1_500, restMs: 10 });
    expect(raise('a', 2_000).leaseMs).toBe(1_500);
    pass(1_509);
    expect(() => raise('a', 1_000)).toThrow(CordonRefused);
    pass(1);
    expect(raise('a', 2_000).leaseMs).toBe(1_500);
  });

  it('admits runs while it is down, and refuses them while it is up', () => {
    const { pass, raise, admit } = createCordonOnClock();
    expect(admit(() => 'started')).toBe('started');
    raise('b', 40_000);
    raise('a', 10_000);
    const start = vi.fn(() => 'started');
    const refusal = (retryAfterMs: number, holders: string[]): unknown =>
      expect.objectContaining({ name: 'RunRefused', reason: 'cordon', retryAfterMs, holders });
    expect(() => admit(start)).toThrow(refusal(30_000, ['a', 'b']));
    pass(39_999);
    expect(() => admit(start)).toThrow(refusal(1, ['b']));
    expect(start).not.toHaveBeenCalled();
    pass(1);
    expect(admit(start)).toBe('started');
    expect(start).toHaveBeenCalledTimes(1);
  });

  it('starts a run within the call of admit, and passes on what that throws', () => {
    const { admit } = createCordonOnClock();
    const order: string[] = [];
    const started = admit(async () => {
      order.push('visible');
      await Promise.resolve();
    });
    order.push('returned');
    expect(order).toEqual(['visible', 'returned']);
    expect(started).toBeInstanceOf(Promise);
    expect(() =>
      admit(() => {
        throw new RangeError('no such plan');
      }),
    ).toThrow(new RangeError('no such plan'));
    expect(() => admit(undefined as unknown as () => string)).toThrow(
      new TypeError('start must be a function, got undefined'),
    );
  });

  it('goes by monotonic time', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(5);
    const { raise, remainingMs } = createCordon();
    raise('a', 1_000);
    now.mockReturnValue(305);
    expect(remainingMs()).toBe(700);
  });

  it('shares nothing with another', () => {
    const [one, other] = [createCordon(), createCordon()];
    one.raise('a', 1_000);
    expect(other.isUp()).toBe(false);
  });
});

test.prop([fc.double({ min: 0, max: 1e9, noNaN: true })], { examples: [[34.1]] })(
  'a lease of as long as the cordon may be up is granted whole, whatever the clock reads',
  (nowMs) => {
    const cordon = createCordon({ clock: { ...systemClock, now: () => nowMs }, maxUpMs: 1000 });
    expect(cordon.raise('a', 1000).leaseMs).toBe(1000);
  },
);

describe('wrong usage', () => {
  it.for<[unknown, string]>([
    [null, 'options must be an object, got null'],
    ['now', 'options must be an object, got string'],
    [{ maxUp: 5 }, '"maxUp" is not an option: did you mean "maxUpMs"?'],
    [{ clock: 5 }, 'clock must be an object with now() and sleep(), got number'],
    [{ now: () => 5 }, '"now" is not an option: did you mean "clock"?'],
    [{ maxUpMs: '5' }, 'maxUpMs must be a number, got "5"'],
    [{ restMs: null }, 'restMs must be a number, got null'],
  ])('of the kind %j is a TypeError', ([options, message]) => {
    expect(() => createCordon(options as CreateCordonOptions)).toThrow(new TypeError(message));
  });

  it.for<[CreateCordonOptions, string]>([
    [{ maxUpMs: 0.5 }, 'maxUpMs must be from 1 to 2147483647 milliseconds, got 0.5'],
    [{ maxUpMs: Infinity }, 'maxUpMs must be from 1 to 2147483647 milliseconds, got Infinity'],
    [{ restMs: -1 }, 'restMs must be from 0 to 2147483647 milliseconds, got -1'],
    [{ restMs: NaN }, 'restMs must be from 0 to 2147483647 milliseconds, got NaN'],
  ])('out of range, %j, is a RangeError', ([options, message]) => {
    expect(() => createCordon(options)).toThrow(new RangeError(message));
  });

  it('takes undefined for every default, and the ends of every range', () => {
    expect(createCordon({ clock: undefined, maxUpMs: undefined, restMs: undefined }).isUp()).toBe(false);
    expect(createCordon({ maxUpMs: 1, restMs: 0 }).isUp()).toBe(false);
  });

  it.for<[unknown, unknown, Error]>([
    [7, 1_000, new TypeError('holder must be a string other than "*", got number')],
    ['*', 1_000, new TypeError('holder must be a string other than "*", got string')],
    ['a', '1000', new TypeError('leaseMs must be a number, got "1000"')],
    ['a', 0.5, new RangeError('leaseMs must be a finite number of milliseconds from 1, got 0.5')],
    ['a', NaN, new RangeError('leaseMs must be a finite number of milliseconds from 1, got NaN')],
    ['a', Infinity, new RangeError('leaseMs must be a finite number of milliseconds from 1, got Infinity')],
  ])('raise(%j, %j) raises nothing', ([holder, leaseMs, error]) => {
    const { raise, isUp } = createCordonOnClock();
    expect(() => raise(holder as string, leaseMs as number)).toThrow(error);
    expect(isUp()).toBe(false);
    expect(raise('a', 1).leaseMs).toBe(1);
  });

  it('lift needs to be told whose', () => {
    const { lift } = createCordon() as { lift: (holder?: string) => void };
    expect(() => {
      lift();
    }).toThrow(new TypeError('holder must be a string, got undefined'));
  });
});
