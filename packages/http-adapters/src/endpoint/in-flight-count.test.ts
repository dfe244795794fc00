import { fc, test as property } from '@quietgate/testkit/property';
import { type Deployment, type DeploymentClass, parseInFlightCount, waitForQuiet } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { requestOf } from '../../contract/request-of.ts';
import { describeKind } from '@quietgate/core/internal';
import type { EndpointResponse } from './endpoint.ts';
import { createCountEndpoint } from '../../contract/create-count-endpoint.ts';
import { createInFlightCount } from './in-flight-count.ts';
import { notFound } from './json-response.ts';
import type { InFlightCountOptions } from './options.ts';

const inFlight = (count: number): Deployment[] =>
  Array.from({ length: count }, (_, index) => ({ id: `run-${index}`, status: 'pending' }));

/** The count of an answer, which is never quiet where there is none. */
const countIn = (answer: EndpointResponse | undefined) =>
  (JSON.parse(answer?.body ?? '{}') as { count?: number }).count ?? Infinity;

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('freshness', () => {
  const stepArb = fc.constantFrom('ask', 'start a run', 'turn', 'end a listing');

  property.prop([fc.scheduler(), fc.array(stepArb, { maxLength: 40 }), fc.func(fc.boolean())])(
    'an answer is never older than its request, whatever is under way, and one listing runs at a time',
    async (scheduler, steps, fails) => {
      let deployments = 0;
      let listings = 0;
      let running = 0;
      let mostAtOnce = 0;
      const endpoint = createCountEndpoint({
        async listDeployments() {
          const snapshot = inFlight(deployments);
          const listing = ++listings;
          mostAtOnce = Math.max(mostAtOnce, ++running);
          await scheduler.schedule(Promise.resolve(), `the end of listing ${listing}`);
          running--;
          if (fails(listing)) throw new Error('the disk is gone');
          return snapshot;
        },
        onError: () => undefined,
      });

      const requests: { at: number; listing: number; answer: Promise<EndpointResponse> }[] = [];
      const take = {
        ask: () =>
          requests.push({
            at: deployments,
            listing: listings + 1,
            answer: endpoint.answer(requestOf('GET')),
          }),
        'start a run': () => deployments++,
        turn: () => new Promise((resolve) => setImmediate(resolve)),
        'end a listing': () => (scheduler.count() > 0 ? scheduler.waitNext(1) : undefined),
      };
      for (const step of steps) await take[step]();
      const answers = await scheduler.waitFor(Promise.all(requests.map(({ answer }) => answer)));

      expect(answers.map(({ status }) => status)).toEqual(
        requests.map(({ listing }) => (fails(listing) ? 503 : 200)),
      );
      const stale = requests.filter(({ at }, index) => countIn(answers[index]) < at);
      expect(stale).toEqual([]);
      expect(mostAtOnce).toBeLessThanOrEqual(1);
    },
  );

  test('500 requests of one turn share one synchronous listing', async () => {
    const listDeployments = vi.fn(() => inFlight(1));
    const endpoint = createCountEndpoint({ listDeployments });
    const answers = await Promise.all(Array.from({ length: 500 }, () => endpoint.answer(requestOf('GET'))));
    expect(listDeployments).toHaveBeenCalledTimes(1);
    expect(new Set(answers)).toEqual(new Set([answers[0]]));
  });
});

describe('an answer that no gate would read', () => {
  const MOST_BYTES = 1024 * 1024;
  const listed = async (...ids: string[]) => {
    const listDeployments = () => ids.map((id) => ({ id, status: 'pending' }));
    const { body } = await createCountEndpoint({ listDeployments }).answer(requestOf('GET'));
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MOST_BYTES);
    const { count, ids: inAnswer } = parseInFlightCount(JSON.parse(body));
    expect(count).toBe(ids.length);
    expect(ids.slice(0, inAnswer.length)).toEqual(inAnswer);
    return inAnswer.length;
  };
  const room = MOST_BYTES - '{"count":1,"ids":[""]}'.length;

  test('is not given: ids are left out by their bytes', async () => {
    expect(await listed('x'.repeat(room))).toBe(1);
    expect(await listed('x'.repeat(room + 1))).toBe(0);
    expect(await listed('é'.repeat(room / 2 + 1))).toBe(0);
  });

  test('is not given: half of the ids are listed, or half of that', async () => {
    const long = Array.from({ length: 2500 }, (_, index) => String(index).padStart(2000, '0'));
    expect(await listed(...long)).toBe(500);
    expect(await listed(...long.map((id) => id.padStart(4000, '0')))).toBe(250);
  });
});

test('HEAD is answered as GET, without the body', async () => {
  const endpoint = createCountEndpoint({ listDeployments: () => inFlight(1) });
  expect(await endpoint.answer(requestOf('HEAD'))).toEqual({
    ...(await endpoint.answer(requestOf('GET'))),
    body: '',
  });
  expect(notFound('HEAD')).toEqual({ ...notFound('GET'), body: '' });
});

describe('the time limit', () => {
  test('is 4 seconds by default, and its end leaves no timer behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const onError = vi.fn();
    const endpoint = createCountEndpoint({
      listDeployments: () => new Promise<Deployment[]>(() => undefined),
      onError,
    });
    const answering = endpoint.answer(requestOf('GET'));
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(3999);
    expect(onError).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await answering).toMatchObject({ status: 503 });
    expect(onError.mock.calls).toEqual([[new Error('listing the deployments took longer than 4000 ms')]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leaves a gate its answer in time, although another client asks first', async () => {
    const clock = createVirtualClock();
    const endpoint = createCountEndpoint(
      { listDeployments: () => clock.sleep(3999).then(() => inFlight(0)) },
      clock,
    );
    const onEvent = vi.fn();
    const ask = async () => {
      void endpoint.answer(requestOf('GET'));
      await clock.sleep(1); // its listing has begun
      return new Response((await endpoint.answer(requestOf('GET'))).body);
    };
    const result = await waitForQuiet({ url: 'http://host', fetch: ask, clock, onEvent });
    expect(result).toMatchObject({ outcome: 'quiet', elapsedMs: 7998 });
    expect(onEvent).not.toHaveBeenCalled();
  });

  test('leaves no timer behind when the list comes in time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const endpoint = createCountEndpoint({ listDeployments: () => inFlight(1) });
    expect(await endpoint.answer(requestOf('GET'))).toMatchObject({ status: 200 });
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    { kind: 'list function', tookMs: 100, status: 200 },
    { kind: 'list function', tookMs: 101, status: 503 },
    { kind: 'iteration', tookMs: 100, status: 200 },
    { kind: 'iteration', tookMs: 101, status: 503 },
  ])('holds for a synchronous $kind that takes $tookMs of 100 ms', async ({ kind, tookMs, status }) => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const endpoint = createCountEndpoint({
      listDeployments() {
        if (kind === 'list function') now += tookMs;
        return (function* () {
          if (kind === 'iteration') now += tookMs;
          yield* inFlight(1);
        })();
      },
      listTimeoutMs: 100,
      onError: () => undefined,
    });
    expect(await endpoint.answer(requestOf('GET'))).toMatchObject({ status });
  });
});

describe('the error of a list that is none', () => {
  test.each([
    [null, 'listDeployments must return an iterable of deployments, got null'],
    ['abc', 'listDeployments must return an iterable of deployments, got string'],
    [new Map(), 'listDeployments must return an iterable of deployments, got a Map: return its values()'],
    [{ count: 0 }, 'listDeployments must return an iterable of deployments, got object'],
    [[['a', {}]], 'a deployment must have a string id, got undefined'],
    [[{ id: 1 }], 'a deployment must have a string id, got number'],
  ])('for %j says what is wrong', async (listed, message) => {
    const onError = vi.fn();
    await createCountEndpoint({ listDeployments: () => listed as unknown as Deployment[], onError }).answer(
      requestOf('GET'),
    );
    expect(onError.mock.calls).toEqual([[new TypeError(message)]]);
  });
});

test('a classifier that returns no class is no count of zero', async () => {
  const onError = vi.fn();
  const classify = (() => Promise.resolve('phase-0')) as unknown as () => DeploymentClass;
  const endpoint = createCountEndpoint({ listDeployments: () => inFlight(1), classify, onError });
  expect((await endpoint.answer(requestOf('GET'))).status).toBe(503);
  expect(onError).toHaveBeenCalledExactlyOnceWith(
    new TypeError('classify must return phase-0, phase-1, terminal, adopted, stale, unknown, got object'),
  );
});

describe('options', () => {
  const listDeployments = () => inFlight(0);

  test.each<[string, unknown, Error]>([
    ['none', undefined, new TypeError('options must be an object with listDeployments, got undefined')],
    ['null', null, new TypeError('options must be an object with listDeployments, got null')],
    ['no list function', {}, new TypeError('listDeployments must be a function, got undefined')],
    ['a list', { listDeployments: [] }, new TypeError('listDeployments must be a function, got array')],
    ['classify', { classify: 'phase-0' }, new TypeError('classify must be a function, got string')],
    ['onError', { onError: null }, new TypeError('onError must be a function, got null')],
    ['onUnknown', { onUnknown: 1 }, new TypeError('onUnknown must be a function, got number')],
    ['subscribe', { subscribe: {} }, new TypeError('subscribe must be a function, got object')],
    ['signal', { signal: {} }, new TypeError('signal must be an AbortSignal, got object')],
    ['signal', { signal: null }, new TypeError('signal must be an AbortSignal, got null')],
    ['maxHeld', { maxHeld: '5' }, new TypeError('maxHeld must be a number, got string')],
    ...[-1, 0.5, NaN, Infinity].map((maxHeld): [string, unknown, Error] => [
      'maxHeld',
      { maxHeld },
      new RangeError(`maxHeld must be an integer of 0 or more, got ${maxHeld}`),
    ]),
    ...[{ aborted: false }, { addEventListener: () => undefined }].map((signal): [string, unknown, Error] => [
      'signal',
      { signal },
      new TypeError('signal must be an AbortSignal, got object'),
    ]),
    ['maxHoldMs', { maxHoldMs: null }, new TypeError('maxHoldMs must be a number, got null')],
    [
      'maxHoldMs',
      { maxHoldMs: -1 },
      new RangeError('maxHoldMs must be from 0 to 2147483647 milliseconds, got -1'),
    ],
    [
      'relistMs',
      { relistMs: 0 },
      new RangeError('relistMs must be from 1 to 2147483647 milliseconds, got 0'),
    ],
    [
      'quietPath',
      { quietPath: false },
      new TypeError(
        'quietPath must begin with a slash and stand as in a URL, without a query and any of : * %, got boolean',
      ),
    ],
    [
      'quietPath, the same as path',
      { path: '/a', quietPath: '/a' },
      new TypeError('quietPath must be another path than path, got /a for both'),
    ],
    [
      'quietPath, the same as the default',
      { quietPath: '/api/v1/deployments/in-flight-count' },
      new TypeError(
        'quietPath must be another path than path, got /api/v1/deployments/in-flight-count for both',
      ),
    ],
    [
      'an unknown name',
      { listTimeout: 5000 },
      new TypeError('"listTimeout" is not an option: did you mean "listTimeoutMs"?'),
    ],
    [
      'a name of Fastify’s',
      { prefix: '/ops' },
      new TypeError('"prefix" is not an option: did you mean "path"?'),
    ],
    ['listTimeoutMs', { listTimeoutMs: '5s' }, new TypeError('listTimeoutMs must be a number, got "5s"')],
    ...[0, -1, NaN, Infinity, 2_147_483_648].map((listTimeoutMs): [string, unknown, Error] => [
      'listTimeoutMs',
      { listTimeoutMs },
      new RangeError(`listTimeoutMs must be from 1 to 2147483647 milliseconds, got ${listTimeoutMs}`),
    ]),
    ...[
      '',
      'count',
      '/a?b',
      '/a#b',
      '/a b',
      '/a/:id',
      '/a/*',
      '/ä',
      '/%C3%A4',
      '/a/../b',
      'http://host/a',
    ].map((path): [string, unknown, Error] => [
      'path',
      { path },
      new TypeError(
        `path must begin with a slash and stand as in a URL, without a query and any of : * %, got ${JSON.stringify(path)}`,
      ),
    ]),
    ...[1, true, null, ['/a'], { toString: null }].map((path): [string, unknown, Error] => [
      'path',
      { path },
      new TypeError(
        `path must begin with a slash and stand as in a URL, without a query and any of : * %, got ${describeKind(path)}`,
      ),
    ]),
  ])('are refused: %s, as in %j', (_, wrong, error) => {
    const options =
      (wrong as object | null)?.constructor === Object && Object.keys(wrong as object).length > 0
        ? { listDeployments, ...(wrong as object) }
        : wrong;
    expect(() => createInFlightCount(options as InFlightCountOptions<Deployment>)).toThrow(error);
  });

  test.each([
    { listTimeoutMs: 1 },
    { listTimeoutMs: 2_147_483_647 },
    { path: '/' },
    { path: '/in-flight.json' },
    { path: false as const },
    { path: false as const, quietPath: '/quiet' },
    { maxHoldMs: 0, maxHeld: 0, relistMs: 1 },
  ])('are taken: %j', (options) => {
    expect(() => createInFlightCount({ listDeployments, ...options })).not.toThrow();
  });

  test('mean their default when they are undefined', async () => {
    const unset = {
      classify: undefined,
      path: undefined,
      listTimeoutMs: undefined,
      onUnknown: undefined,
      onError: undefined,
      maxHoldMs: undefined,
      maxHeld: undefined,
      relistMs: undefined,
      subscribe: undefined,
      signal: undefined,
      quietPath: undefined,
    };
    const endpoint = createCountEndpoint({ listDeployments: () => inFlight(1), ...unset });
    expect(endpoint.path).toBe('/api/v1/deployments/in-flight-count');
    expect(countIn(await endpoint.answer(requestOf('GET')))).toBe(1);
  });
});
