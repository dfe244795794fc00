import { type Cordon, CordonRefused, createCordon } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { fc, test as property } from '@quietgate/testkit/property';
import { hostileTokenArb, showsSecret, tokenArb } from '@quietgate/testkit/secrets';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { requestOf } from '../../contract/request-of.ts';
import type { DeployCordonOptions } from './cordon-options.ts';
import { createDeployCordon } from './deploy-cordon.ts';

/** How long something may take, on a machine that is busy. */
const LIMIT = { timeout: 60_000 };

const TOKEN = 'a-token-of-the-deploy-job';

const fakeLog = () => ({ error: vi.fn(), warn: vi.fn(), info: vi.fn() });

/** A request with the token. */
const authorized = (method: string, query = '', log = fakeLog()) =>
  requestOf(method, { query, authorization: `Bearer ${TOKEN}`, log });

const cordonWith = (more: Partial<Cordon> = {}): Cordon => ({
  raise: (_, leaseMs) => ({ id: 'lease-1', leaseMs }),
  lift: () => undefined,
  remainingMs: () => 0,
  holders: () => [],
  ...more,
});

const PUT = 'holder=ci/42&seconds=60';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('the time limit', () => {
  const never = () => new Promise<never>(() => undefined);

  test.each<[string, Partial<DeployCordonOptions>, string, string]>([
    ['check', { authorize: never }, 'GET', ''],
    ['raise', { cordon: cordonWith({ raise: never }) }, 'PUT', PUT],
    ['lift', { cordon: cordonWith({ lift: never }) }, 'DELETE', 'holder=a'],
    ['remainingMs', { cordon: cordonWith({ remainingMs: never }) }, 'GET', ''],
    ['holders', { cordon: cordonWith({ holders: never }) }, 'GET', ''],
  ])('is five seconds for a %s that hangs, and leaves no timer', async (_, options, method, query) => {
    const clock = createVirtualClock({ autoAdvance: false });
    const onError = vi.fn();
    const endpoint = createDeployCordon(
      { cordon: cordonWith(), authorize: TOKEN, onError, ...options },
      clock,
    );
    const answered = vi.fn();
    void endpoint.answer(authorized(method, query)).then(answered);
    await vi.waitFor(() => {
      expect(clock.pending).toBe(1);
    }, LIMIT);
    await clock.advance(4999);
    expect(answered).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(answered.mock.calls).toMatchObject([[{ status: 503 }]]);
    expect(onError.mock.calls).toEqual([[new Error('the cordon and its check took longer than 5000 ms')]]);
    expect(clock.pending).toBe(0);
  });

  test('holds for the check and the cordon together, and what the check says late raises nothing', async () => {
    const clock = createVirtualClock({ autoAdvance: false });
    const raise = vi.fn(() => ({ id: 'a', leaseMs: 1 }));
    const authorize = async () => {
      await clock.sleep(5001);
      return true;
    };
    const onError = vi.fn();
    const endpoint = createDeployCordon({ cordon: cordonWith({ raise }), authorize, onError }, clock);
    const answer = endpoint.answer(authorized('PUT', PUT));
    await clock.advance(6000);
    expect(await answer).toMatchObject({ status: 503 });
    expect(raise).not.toHaveBeenCalled();
  });
});

describe('the log of failures', () => {
  test('hears of one in ten seconds, since anyone may bring a token that cannot be checked', async () => {
    const clock = createVirtualClock({ autoAdvance: false });
    const gone = new Error('the database is gone');
    const endpoint = createDeployCordon(
      { cordon: cordonWith(), authorize: () => Promise.reject(gone) },
      clock,
    );
    const log = fakeLog();
    for (let asked = 0; asked < 5; asked++) await endpoint.answer(authorized('GET', '', log));
    await clock.advance(10_000);
    await endpoint.answer(authorized('GET', '', log));
    expect(log.error.mock.calls).toEqual([
      [gone, 'quietgate: the cordon is unavailable', undefined],
      [gone, 'quietgate: the cordon is unavailable', '4 more since the last report'],
    ]);
  });
});

describe('the log', () => {
  const NOW = Date.parse('2026-05-17T09:00:00Z');
  const RAISED =
    'quietgate: lease of ci/42 raised, expires at 2026-05-17T09:01:00.000Z (60 s) unless renewed; new runs are blocked';

  test('says whose lease blocks new runs and until when, renewals aside', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW });
    const log = fakeLog();
    const holders = vi.fn(() => ['ci/42']);
    const endpoint = createDeployCordon({ cordon: cordonWith({ holders }), authorize: TOKEN });
    await endpoint.answer(authorized('PUT', PUT, log));
    await endpoint.answer(authorized('PUT', `${PUT}&lease=lease-1`, log));
    await endpoint.answer(authorized('DELETE', 'holder=WRONG', log));
    await endpoint.answer(authorized('DELETE', 'holder=ci/42', log));
    holders.mockReturnValue([]);
    await endpoint.answer(authorized('DELETE', 'holder=*', log));
    await endpoint.answer(authorized('GET', '', log));
    expect(log.info.mock.calls).toEqual([
      [RAISED],
      ['quietgate: lease of ci/42 released'],
      ['quietgate: all leases released by an operator; new runs may start'],
    ]);
    expect(log.error).not.toHaveBeenCalled();
  });

  test('keeps nobody waiting for holders that hang', async () => {
    const log = fakeLog();
    const holders = () => new Promise<never>(() => undefined);
    const endpoint = createDeployCordon({ cordon: cordonWith({ holders }), authorize: TOKEN });
    expect(await endpoint.answer(authorized('DELETE', 'holder=ci/42', log))).toMatchObject({ status: 200 });
    expect(log.info).not.toHaveBeenCalled();
  });

  test.each<[string, Cordon['holders'], string]>([
    ['names all whose leases an operator releases', () => ['ci/42', 'ci/43'], ' (ci/42, ci/43)'],
    ['repeats no holder that is none', () => ['a\nb', 5 as unknown as string, 'ci/42'], ' (ci/42)'],
    ['does without holders that are none', () => 'ci/42' as unknown as string[], ''],
    ['does without holders that are unavailable', () => Promise.reject(new Error('the store is gone')), ''],
  ])('%s', async (_, holders, names) => {
    const log = fakeLog();
    const lift = vi.fn();
    const endpoint = createDeployCordon({ cordon: cordonWith({ holders, lift }), authorize: TOKEN });
    expect(await endpoint.answer(authorized('DELETE', 'holder=*', log))).toMatchObject({ status: 200 });
    expect(lift.mock.calls).toEqual([['*']]);
    expect(log.info.mock.calls).toEqual([
      [`quietgate: all leases released${names} by an operator; new runs may start`],
    ]);
  });

  test('says why a lease was refused', async () => {
    const log = fakeLog();
    const raise = () => {
      throw new CordonRefused('it was lifted');
    };
    const endpoint = createDeployCordon({ cordon: cordonWith({ raise }), authorize: TOKEN });
    await endpoint.answer(authorized('PUT', PUT, log));
    expect(log.info.mock.calls).toEqual([['quietgate: lease of ci/42 refused: it was lifted']]);
  });

  test('is the console, where there is no other', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW });
    const info = vi.spyOn(console, 'info').mockReturnValue();
    const error = vi.spyOn(console, 'error').mockReturnValue();
    const gone = new Error('the database is gone');
    const lift = () => Promise.reject(gone);
    const endpoint = createDeployCordon({ cordon: cordonWith({ lift }), authorize: TOKEN });
    await endpoint.answer({ ...authorized('PUT', PUT), log: undefined });
    await endpoint.answer({ ...authorized('DELETE', 'holder=a'), log: undefined });
    expect(info.mock.calls).toEqual([[RAISED]]);
    expect(error.mock.calls).toEqual([['quietgate: the cordon is unavailable:', gone]]);
  });

  test('hears nothing where there is an onEvent; what that throws is ignored', async () => {
    const log = fakeLog();
    const onEvent = () => {
      throw new Error('the log is full');
    };
    const endpoint = createDeployCordon({ cordon: cordonWith(), authorize: TOKEN, onEvent });
    expect(await endpoint.answer(authorized('PUT', PUT, log))).toMatchObject({ status: 200 });
    expect(log.info).not.toHaveBeenCalled();
  });

  describe('says that a lease has expired', () => {
    const put = (holder: string, seconds: number) => ['PUT', `holder=${holder}&seconds=${seconds}`] as const;

    /** An endpoint on a clock that the test moves, and what its log says. */
    function endpointOnClock(options: Partial<DeployCordonOptions> = {}) {
      const clock = createVirtualClock({ autoAdvance: false });
      const cordon = createCordon({ clock, maxUpMs: options.maxLeaseMs });
      const log = fakeLog();
      const endpoint = createDeployCordon({ cordon, authorize: TOKEN, ...options }, clock);
      vi.useFakeTimers({ toFake: ['Date'], now: NOW });
      const ask = (method: string, query: string) => endpoint.answer(authorized(method, query, log));
      const lines = () => log.info.mock.calls.flat().map((line) => String(line).replace(' raised, ', ', '));
      const expired = async () => {
        await clock.advance(3_600_000);
        return lines().filter((line) => line.includes('expired'));
      };
      return { clock, cordon, log, ask, expired };
    }

    test('and which keep the cordon up', async () => {
      const { ask, expired, clock } = endpointOnClock();
      await ask(...put('a', 60));
      await ask(...put('b', 90));
      await ask(...put('c', 90));
      await clock.advance(70_000);
      expect(await expired()).toEqual([
        'quietgate: lease of a expired, never renewed; the cordon is still up, held by b, c',
        'quietgate: lease of b expired, never renewed; new runs may start',
        'quietgate: lease of c expired, never renewed; new runs may start',
      ]);
      expect(clock.pending).toBe(0);
    });

    test('and no more where holders are unavailable, as of a release', async () => {
      const { ask, cordon, expired, log } = endpointOnClock();
      vi.spyOn(cordon, 'holders').mockImplementation(() => {
        throw new Error('the store is gone');
      });
      await ask(...put('a', 60));
      expect(await expired()).toEqual(['quietgate: lease of a expired, never renewed']);
      expect(await ask('DELETE', 'holder=a')).toMatchObject({ status: 200 });
      expect(log.info).toHaveBeenLastCalledWith('quietgate: lease of a released');
    });

    test('and when it was renewed last', async () => {
      const { ask, expired, clock } = endpointOnClock();
      const { body } = await ask(...put('a', 60));
      const { lease } = JSON.parse(body) as { lease: string };
      await clock.advance(50_000);
      vi.setSystemTime(NOW + 50_000);
      await ask('PUT', `holder=a&seconds=60&lease=${lease}`);
      expect(clock.pending).toBe(1);
      await clock.advance(59_000);
      expect(await expired()).toEqual([
        'quietgate: lease of a expired, last renewed at 2026-05-17T09:00:50.000Z; new runs may start',
      ]);
    });

    test('after the longest lease, too, in the longest time that a timer can take', async () => {
      const { ask, clock, log } = endpointOnClock({ maxLeaseMs: 2_147_483_000 });
      await ask(...put('a', 2_147_483));
      await clock.advance(2_147_483_647);
      expect(log.info).toHaveBeenLastCalledWith(expect.stringContaining('lease of a expired'));
    });

    test.each(['a', '*'])('but not where it was released by %s, here or elsewhere', async (holder) => {
      const { ask, cordon, clock, expired } = endpointOnClock();
      await ask(...put('a', 60));
      await ask('DELETE', `holder=${holder}`);
      expect(clock.pending).toBe(0);
      await ask(...put('a', 60));
      cordon.lift(holder);
      expect(await expired()).toEqual([]);
    });

    test('but not where it was renewed elsewhere, where somebody else is told, or of a cordon that cannot say so', async () => {
      const renewed = endpointOnClock();
      await renewed.ask(...put('a', 60));
      renewed.cordon.raise('a', 90_000);
      await renewed.clock.advance(61_000);
      expect(await renewed.expired()).toEqual([]);

      const told = endpointOnClock({ onEvent: () => undefined });
      const mute = endpointOnClock({ cordon: cordonWith() });
      for (const { ask, clock } of [told, mute]) {
        await ask(...put('a', 60));
        expect(clock.pending).toBe(0);
      }
    });
  });
});

describe('a token', () => {
  property.prop([hostileTokenArb])('that is wrong is in no error of the options', (token) => {
    const errors = [token, [token], [TOKEN, token]].map((authorize) => {
      try {
        createDeployCordon({ cordon: cordonWith(), authorize: authorize as string });
        return undefined;
      } catch (error) {
        return error;
      }
    });
    expect(showsSecret(errors)).toBe(false);
  });

  property.prop([
    tokenArb,
    fc.constantFrom('GET', 'PUT', 'DELETE', 'POST', 'HEAD'),
    fc.constantFrom('', 'holder=a&seconds=60', 'holder=%20', 'seconds='),
    fc.constantFrom('Bearer ', 'bearer', 'Basic ', ''),
  ])(
    'is in no answer, no event and no log, wherever a request has it',
    async (token, method, query, scheme) => {
      const log = fakeLog();
      const onEvent = vi.fn();
      const authorization = `${scheme}${token}`;
      const asked = { query: `${query}${token}&token=${encodeURIComponent(token)}`, authorization, log };
      const answers = [
        await createDeployCordon({ cordon: cordonWith(), authorize: token }).answer(requestOf(method, asked)),
        await createDeployCordon({ cordon: cordonWith(), authorize: TOKEN, onEvent }).answer(
          requestOf(method, asked),
        ),
      ];
      const calls = [log.info, log.warn, log.error, onEvent].map(({ mock }) => mock.calls);
      expect(showsSecret([answers, calls])).toBe(false);
    },
  );
});

describe('authorization', () => {
  test.each(['', 'Bearer', 'Bearer ', 'Bearer  \t', `Digest ${TOKEN}`, `Bearer${TOKEN}`, undefined])(
    'that is no bearer token, such as %j, reaches no check',
    async (authorization) => {
      const authorize = vi.fn(() => true);
      const endpoint = createDeployCordon({ cordon: cordonWith(), authorize });
      expect(await endpoint.answer(requestOf('GET', { authorization }))).toMatchObject({ status: 401 });
      expect(authorize).not.toHaveBeenCalled();
      const withToken = createDeployCordon({ cordon: cordonWith(), authorize: TOKEN });
      expect(await withToken.answer(requestOf('GET', { authorization }))).toMatchObject({ status: 401 });
    },
  );

  test('is asked for on HEAD too, whose answers have no body', async () => {
    const endpoint = createDeployCordon({ cordon: cordonWith(), authorize: TOKEN });
    expect(await endpoint.answer(requestOf('HEAD'))).toMatchObject({ status: 401, body: '' });
    expect(await endpoint.answer(authorized('HEAD'))).toMatchObject({ status: 405, body: '' });
  });
});

describe('what is no answer of a check or a cordon', () => {
  const NO_LEASE = 'raise must return a lease with an id';
  const NO_GRANT = 'raise must grant from 0 to the 60000 ms that were asked for';
  const NO_TIME = 'remainingMs must return a finite number of milliseconds, of 0 or more';
  const NO_HOLDERS = 'holders must return an array of strings';

  test.each<[name: keyof Cordon | 'authorize', returned: unknown, message: string]>([
    ['authorize', undefined, 'authorize must return a boolean, got undefined'],
    ['authorize', 'yes', 'authorize must return a boolean, got string'],
    ['raise', undefined, NO_LEASE],
    ['raise', { leaseMs: 60_000 }, NO_LEASE],
    ['raise', { id: '', leaseMs: 60_000 }, NO_LEASE],
    ...['60000', undefined, NaN, 0, -1, 60_001].map((leaseMs): [keyof Cordon, unknown, string] => [
      'raise',
      { id: 'a', leaseMs },
      NO_GRANT,
    ]),
    ...['0', undefined, NaN, -1, Infinity].map((ms): [keyof Cordon, unknown, string] => [
      'remainingMs',
      ms,
      NO_TIME,
    ]),
    ['holders', undefined, NO_HOLDERS],
    ['holders', 'ci/42', NO_HOLDERS],
    ['holders', ['ci/42', 5], NO_HOLDERS],
  ])('makes a 503, and is told to onError: %s returns %j', async (name, returned, message) => {
    const onError = vi.fn();
    const authorize = name === 'authorize' ? () => returned as boolean : TOKEN;
    const cordon = cordonWith(name === 'authorize' ? {} : { [name]: () => returned });
    const endpoint = createDeployCordon({ cordon, authorize, onError });
    const asked = name === 'raise' ? authorized('PUT', PUT) : authorized('GET');
    expect(await endpoint.answer(asked)).toMatchObject({
      status: 503,
      body: '{"error":"cordon unavailable"}',
    });
    expect(onError.mock.calls).toEqual([[new TypeError(message)]]);
  });
});

test('what is asked in a wrong way is a 400, which says what is right, and reaches no cordon', async () => {
  const raise = vi.fn();
  const endpoint = createDeployCordon({ cordon: cordonWith({ raise }), authorize: TOKEN });
  expect(await endpoint.answer(authorized('PUT', 'holder=ci/42&seconds=soon'))).toMatchObject({
    status: 400,
    body: '{"error":"seconds is a whole number of 1 or more"}',
  });
  expect(raise).not.toHaveBeenCalled();
});

test('onEvent hears what becomes of a lease', async () => {
  const onEvent = vi.fn();
  const endpoint = createDeployCordon({ cordon: createCordon(), authorize: TOKEN, onEvent });
  const { body } = await endpoint.answer(authorized('PUT', PUT));
  const renewal = `${PUT}&lease=${(JSON.parse(body) as { lease: string }).lease}`;
  await endpoint.answer(authorized('PUT', renewal));
  await endpoint.answer(authorized('DELETE', 'holder=ci/42'));
  await endpoint.answer(authorized('PUT', renewal));
  const lease = { holder: 'ci/42', seconds: 60 };
  expect(onEvent.mock.calls).toEqual([
    [{ type: 'raised', ...lease }],
    [{ type: 'renewed', ...lease }],
    [{ type: 'lifted', holder: 'ci/42' }],
    [{ type: 'refused', holder: 'ci/42' }],
  ]);
});

test('a store that fails at everything makes a 503, and leaves no rejection behind', async () => {
  const onError = vi.fn();
  const cordon = cordonWith({
    remainingMs: () => Promise.reject(new Error('the store is gone')),
    holders: () => {
      throw new Error('the store is gone');
    },
  });
  const endpoint = createDeployCordon({ cordon, authorize: TOKEN, onError });
  expect(await endpoint.answer(authorized('GET'))).toMatchObject({ status: 503 });
  expect(onError.mock.calls).toEqual([[new Error('the store is gone')]]);
});

test('a refusal is known, of another copy of core too', async () => {
  class CordonRefusedElsewhere extends Error {
    override readonly name = 'CordonRefused';
  }
  const answerTo = (refusal: Error) => {
    const cordon = cordonWith({ raise: () => Promise.reject(refusal) });
    return createDeployCordon({ cordon, authorize: TOKEN, onError }).answer(authorized('PUT', PUT));
  };
  const onError = vi.fn();
  const refused = { status: 409, body: '{"error":"it was lifted"}' };
  expect(await answerTo(new CordonRefused('it was lifted'))).toMatchObject(refused);
  expect(await answerTo(new CordonRefusedElsewhere('it was lifted'))).toMatchObject(refused);
  expect(onError).not.toHaveBeenCalled();
});

test('a check of the user’s may take a token of any letters', async () => {
  const authorize = vi.fn(() => true);
  const endpoint = createDeployCordon({ cordon: cordonWith(), authorize });
  const asked = requestOf('GET', { authorization: 'Bearer a-token-of-Zürich' });
  expect(await endpoint.answer(asked)).toMatchObject({ status: 200 });
  expect(authorize.mock.calls).toEqual([['a-token-of-Zürich']]);
});

describe('the comparison of tokens', () => {
  test('hashes what is given and every token, whichever it is', async () => {
    const digest = vi.spyOn(crypto.subtle, 'digest');
    const tokens = [TOKEN, 'another token of the job', 'a third token of the job'];
    const endpoint = createDeployCordon({ cordon: cordonWith(), authorize: tokens });
    await endpoint.answer(authorized('GET'));
    expect(digest.mock.calls.map(([algorithm]) => algorithm)).toEqual(Array(4).fill('SHA-256'));
    await endpoint.answer(requestOf('GET', { authorization: 'Bearer wrong' }));
    expect(digest).toHaveBeenCalledTimes(5);
  });

  test('looks at every byte: tokens that differ in the last are not the same', async () => {
    const endpoint = createDeployCordon({ cordon: cordonWith(), authorize: TOKEN });
    const almost = vi.spyOn(crypto.subtle, 'digest').mockImplementation((_, data) => {
      const text = new TextDecoder().decode(data);
      return Promise.resolve(new Uint8Array(32).fill(7).with(31, text === TOKEN ? 1 : 2).buffer);
    });
    expect(await endpoint.answer(requestOf('GET', { authorization: 'Bearer other' }))).toMatchObject({
      status: 401,
    });
    expect(await endpoint.answer(authorized('GET'))).toMatchObject({ status: 200 });
    expect(almost).toHaveBeenCalledTimes(3);
  });
});

describe('options', () => {
  test.each<[string, unknown, Error]>([
    ['none', undefined, new TypeError('options must be an object with cordon and authorize, got undefined')],
    ['null', null, new TypeError('options must be an object with cordon and authorize, got null')],
    ['an unknown name', { token: TOKEN }, new TypeError('"token" is not an option: did you mean "cordon"?')],
    [
      'no cordon',
      { cordon: undefined },
      new TypeError('cordon must be an object with raise, lift, remainingMs, holders, got undefined'),
    ],
    [
      'half a cordon',
      { cordon: { raise: () => undefined } },
      new TypeError('cordon must be an object with raise, lift, remainingMs, holders, got object'),
    ],
    [
      'no authorize',
      { authorize: undefined },
      new TypeError('authorize must be a token, a list of tokens or a function, got undefined'),
    ],
    [
      'an empty list',
      { authorize: [] },
      new TypeError('authorize must be a token, a list of tokens or a function, got an empty list'),
    ],
    [
      'no token',
      { authorize: [TOKEN, 5] },
      new TypeError('a token in authorize must be a string, got number'),
    ],
    [
      'a short token',
      { authorize: 'short-of-16-byt' },
      new RangeError('a token in authorize must have at least 16 characters'),
    ],
    [
      'a short token in a list',
      { authorize: [TOKEN, ''] },
      new RangeError('a token in authorize must have at least 16 characters'),
    ],
    ...[
      `${TOKEN}\n`,
      ` ${TOKEN}`,
      `${TOKEN} `,
      `${TOKEN}\n${TOKEN}`,
      `${TOKEN}\0`,
      '𝕥'.repeat(16),
      `${TOKEN}ä`,
    ].map((token): [string, unknown, Error] => [
      `${JSON.stringify(token)} for a token`,
      { authorize: [TOKEN, token] },
      new TypeError(
        'a token in authorize must be of printable ASCII characters, without blanks around it; a check of your own may take any',
      ),
    ]),
    [
      'no path',
      { path: false },
      new TypeError(
        'path must begin with a slash and stand as in a URL, without a query and any of : * %, got boolean',
      ),
    ],
    [
      'a lease below a second',
      { maxLeaseMs: 999 },
      new RangeError('maxLeaseMs must be from 1000 to 2147483647 milliseconds, got 999'),
    ],
    [
      'a lease that is not of whole seconds',
      { maxLeaseMs: 1500 },
      new RangeError('maxLeaseMs must be whole seconds, got 1500'),
    ],
    ['onEvent', { onEvent: 1 }, new TypeError('onEvent must be a function, got number')],
    ['onError', { onError: 'x' }, new TypeError('onError must be a function, got string')],
  ])('are refused: %s', (_, wrong, error) => {
    const valid = { cordon: cordonWith(), authorize: TOKEN };
    const options = typeof wrong === 'object' && wrong !== null ? { ...valid, ...wrong } : wrong;
    expect(() => createDeployCordon(options as DeployCordonOptions)).toThrow(error);
  });

  test('mean their default when they are undefined', () => {
    const unset = { path: undefined, maxLeaseMs: undefined, onEvent: undefined, onError: undefined };
    const endpoint = createDeployCordon({ cordon: cordonWith(), authorize: 'sixteen-letters-', ...unset });
    expect(endpoint.path).toBe('/api/v1/deployments/cordon');
  });
});
