import { createRuns, type Runs } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { describe, expect, test, vi } from 'vitest';
import { requestOf } from '../../contract/request-of.ts';
import { createServeRuns, type ServeRunsOptions } from './serve-runs.ts';

/** How long something may take, on a machine that is busy. */
const LIMIT = { timeout: 60_000 };

const TOKEN = 'a-token-of-the-deploy-job';

describe('the endpoints', () => {
  test('are the quiet path, the count and, with a token, the cordon, each on its default path', () => {
    const pathsOf = (options: Partial<ServeRunsOptions>) =>
      createServeRuns({ runs: createRuns(), ...options }).map(({ path }) => path);
    const paths = ['/api/v1/deployments/quiet', '/api/v1/deployments/in-flight-count'];
    expect(pathsOf({})).toEqual(paths);
    expect(pathsOf({ cordonToken: undefined })).toEqual(paths);
    for (const cordonToken of [TOKEN, [TOKEN], () => true]) {
      expect(pathsOf({ cordonToken })).toEqual([...paths, '/api/v1/deployments/cordon']);
    }
  });

  test('hand the signal of a listing to the runs, and give them up in time', async () => {
    const clock = createVirtualClock({ autoAdvance: false });
    const list = vi.fn<Runs['list']>(() => new Promise(() => undefined));
    const onError = vi.fn();
    const [, count] = createServeRuns({ runs: { ...createRuns(), list }, onError }, clock);
    const answer = count?.answer(requestOf('GET'));
    await vi.waitFor(() => {
      expect(list).toHaveBeenCalledTimes(1);
    }, LIMIT);
    await clock.advance(4000);
    expect(await answer).toMatchObject({ status: 503 });
    expect(list.mock.calls[0]?.[0]?.signal?.aborted).toBe(true);
    expect(onError.mock.calls).toEqual([[new Error('listing the deployments took longer than 4000 ms')]]);
  });

  test('tell onError of a check that says neither yes nor no, by the name of its option', async () => {
    const onError = vi.fn();
    const cordonToken = () => 'yes' as never;
    const endpoint = createServeRuns({ runs: createRuns(), cordonToken, onError }).at(-1);
    const request = requestOf('GET', { authorization: `Bearer ${TOKEN}` });
    expect(await endpoint?.answer(request)).toMatchObject({ status: 503 });
    expect(onError.mock.calls).toEqual([[new TypeError('cordonToken must return a boolean, got string')]]);
  });

  test('tell onError why the cordon fails, and onEvent what becomes of it', async () => {
    const cordon = { ...createRuns().cordon, lift: () => Promise.reject(new Error('the database is gone')) };
    const options = { runs: { ...createRuns(), cordon }, cordonToken: TOKEN };
    const [onError, onEvent] = [vi.fn(), vi.fn()];
    const endpoint = createServeRuns({ ...options, onError, onEvent }).at(-1);
    const ask = (method: string, query: string) =>
      endpoint?.answer(requestOf(method, { query, authorization: `Bearer ${TOKEN}` }));
    expect(await ask('PUT', 'holder=a&seconds=60')).toMatchObject({ status: 200 });
    expect(await ask('DELETE', 'holder=a')).toMatchObject({ status: 503 });
    expect(onEvent.mock.calls).toEqual([[{ type: 'raised', holder: 'a', seconds: 60 }]]);
    expect(onError.mock.calls).toEqual([[new Error('the database is gone')]]);
  });
});

describe('options', () => {
  const RUNS = 'runs must be an object with list, subscribe, cordon and closing, as createRuns makes';

  test.each<[unknown, Error]>([
    [undefined, new TypeError('options must be an object with runs, got undefined')],
    [null, new TypeError('options must be an object with runs, got null')],
    [{}, new TypeError(`${RUNS}, got undefined`)],
    [{ runs: null }, new TypeError(`${RUNS}, got null`)],
    [{ runs: createRuns }, new TypeError(`${RUNS}, got function`)],
    ...(['list', 'subscribe', 'cordon', 'closing'] as const).map((name): [unknown, Error] => [
      { runs: { ...createRuns(), [name]: undefined } },
      new TypeError(`${RUNS}, got object`),
    ]),
    [
      { runs: { ...createRuns(), closing: {} } },
      new TypeError('runs.closing must be an AbortSignal, got object'),
    ],
    [{ run: createRuns() }, new TypeError('"run" is not an option: did you mean "runs"?')],
    [{ path: '/runs' }, new TypeError('"path" is not an option: did you mean "runs"?')],
    [{ onError: 1 }, new TypeError('onError must be a function, got number')],
    [{ onEvent: 1 }, new TypeError('onEvent must be a function, got number')],
    [{ cordonToken: 'short' }, new RangeError('a token in cordonToken must have at least 16 characters')],
    [
      { cordonToken: [] },
      new TypeError('cordonToken must be a token, a list of tokens or a function, got an empty list'),
    ],
    [
      { cordonToken: TOKEN, runs: { ...createRuns(), cordon: {} } },
      new TypeError('runs.cordon must be an object with raise, lift, remainingMs, holders, got object'),
    ],
  ])('are refused: %j', (wrong, error) => {
    const hasRuns = Object(wrong) === wrong && Object.keys(Object(wrong) as object).length > 0;
    const options = hasRuns ? { runs: createRuns(), ...(wrong as object) } : wrong;
    expect(() => createServeRuns(options as ServeRunsOptions)).toThrow(error);
  });
});
