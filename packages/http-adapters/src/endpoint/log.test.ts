import { Console } from 'node:console';
import { createVirtualClock } from '@quietgate/core/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { requestOf } from '../../contract/request-of.ts';
import { createCountEndpoint } from '../../contract/create-count-endpoint.ts';

const GONE = new Error('the disk is gone');
const LISTING_FAILED = 'quietgate: the deployments could not be listed:';
const listDeployments = () => Promise.reject(GONE);

const fakeLog = () => ({ error: vi.fn(), warn: vi.fn(), info: vi.fn() });

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the log', () => {
  test('takes the error when there is no onError, once for all who share the listing', async () => {
    const endpoint = createCountEndpoint({ listDeployments });
    const [first, second] = [fakeLog(), fakeLog()];
    await Promise.all([
      endpoint.answer(requestOf('GET', { log: first })),
      endpoint.answer(requestOf('HEAD', { log: second })),
    ]);
    expect(first.error.mock.calls).toEqual([
      [GONE, 'quietgate: the deployments could not be listed', undefined],
    ]);
    expect(second.error).not.toHaveBeenCalled();
  });

  test('is the console when there is no other', async () => {
    const log = vi.spyOn(console, 'error').mockReturnValue();
    await createCountEndpoint({ listDeployments }).answer(requestOf('GET'));
    expect(log.mock.calls).toEqual([[LISTING_FAILED, GONE]]);
  });

  test('is not told when there is an onError', async () => {
    const onError = vi.fn();
    const log = fakeLog();
    await createCountEndpoint({ listDeployments, onError }).answer(requestOf('GET', { log }));
    expect(onError.mock.calls).toEqual([[GONE]]);
    expect(log.error).not.toHaveBeenCalled();
  });

  test('hears of one failure in ten seconds, and how many it missed', async () => {
    const clock = createVirtualClock({ autoAdvance: false });
    const log = vi.spyOn(console, 'error').mockReturnValue();
    const endpoint = createCountEndpoint({ listDeployments }, clock);
    const fail = () => endpoint.answer(requestOf('GET'));
    for (let failures = 0; failures < 4; failures++) await fail();
    await clock.advance(9999);
    await fail();
    expect(log.mock.calls).toEqual([[LISTING_FAILED, GONE]]);
    await clock.advance(1);
    await fail();
    await clock.advance(10_000);
    await fail();
    expect(log.mock.calls).toEqual([
      [LISTING_FAILED, GONE],
      [LISTING_FAILED, GONE, '(4 more since the last report)'],
      [LISTING_FAILED, GONE],
    ]);
  });

  test('is limited, but onError is not', async () => {
    const onError = vi.fn();
    const clock = createVirtualClock({ autoAdvance: false });
    const endpoint = createCountEndpoint({ listDeployments, onError }, clock);
    for (let failures = 0; failures < 5; failures++) await endpoint.answer(requestOf('GET'));
    expect(onError).toHaveBeenCalledTimes(5);
  });

  test('describes an error that holds itself with bounded work', async () => {
    const circular = Object.assign(new AggregateError([], 'all of them failed'), { cause: GONE });
    circular.errors = Array.from({ length: 1000 }, () => circular);
    circular.cause = circular;
    let bytes = 0;
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      bytes += text.length;
      return true;
    });
    const real = new Console(process.stderr);
    vi.spyOn(console, 'error').mockImplementation((...parts: unknown[]) => {
      real.error(...parts);
    });
    const endpoint = createCountEndpoint({ listDeployments: () => Promise.reject(circular) });
    expect(await endpoint.answer(requestOf('GET'))).toMatchObject({ status: 503 });
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(20_000);
  });
});
