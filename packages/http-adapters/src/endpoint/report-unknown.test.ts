import { afterEach, describe, expect, test, vi } from 'vitest';
import { createInFlightIndex, type Deployment } from '@quietgate/core';
import { createInFlightCount } from './in-flight-count.ts';
import type { InFlightCountOptions } from './options.ts';
import { requestOf } from '../../contract/request-of.ts';
import { createCountEndpoint } from '../../contract/create-count-endpoint.ts';

const GET = requestOf('GET');

const indexOf = (deployments: readonly Deployment[]) => {
  const index = createInFlightIndex({ onUnknown: () => undefined });
  for (const each of deployments) index.set(each);
  return index;
};

const withStatuses = (...statuses: string[]) =>
  statuses.map((status, index) => ({ id: `run-${index}`, status }));

afterEach(() => {
  vi.restoreAllMocks();
});

describe('an unknown status', () => {
  test('is reported once, with its first deployment, and is not counted', async () => {
    const onUnknown = vi.fn();
    const deployments = withStatuses('wiping', 'pending', 'wiping', 'Ready', 'ready');
    const endpoint = createCountEndpoint({ listDeployments: () => deployments, onUnknown });
    expect((await endpoint.answer(GET)).body).toBe('{"count":1,"ids":["run-1"]}');
    await endpoint.answer(GET);
    expect(onUnknown.mock.calls).toEqual([[deployments[0]], [deployments[3]]]);
  });

  test('is reported again by another endpoint', async () => {
    const onUnknown = vi.fn();
    const options = { listDeployments: () => withStatuses('wiping'), onUnknown };
    await createCountEndpoint(options).answer(GET);
    await createCountEndpoint(options).answer(GET);
    expect(onUnknown).toHaveBeenCalledTimes(2);
  });

  test('is reported for a hundred statuses at most', async () => {
    const onUnknown = vi.fn();
    const deployments = withStatuses(...Array.from({ length: 250 }, (_, index) => `status-${index}`));
    const endpoint = createCountEndpoint({ listDeployments: () => deployments, onUnknown });
    await endpoint.answer(GET);
    await endpoint.answer(GET);
    expect(onUnknown.mock.calls).toEqual(deployments.slice(0, 100).map((each) => [each]));
  });

  test('is counted for whoever asks, by the status alone too, in a header of its own', async () => {
    const listDeployments = () => withStatuses('wiping', 'wiping', 'Ready', 'ready');
    const endpoints = createInFlightCount({
      listDeployments,
      quietPath: '/quiet',
      onUnknown: () => undefined,
    });
    for (const endpoint of endpoints) {
      for (const method of ['GET', 'HEAD']) {
        const { headers } = await endpoint.answer(requestOf(method));
        expect(headers['Quietgate-Unknown']).toBe('3');
      }
    }
  });

  test.each<[string, Partial<InFlightCountOptions<Deployment>>]>([
    ['where all are known', { listDeployments: () => withStatuses('pending', 'ready') }],
    ['where classify knows them', { classify: () => 'terminal' }],
    ['where the listing fails', { listDeployments: () => [...withStatuses('wiping'), null as never] }],
    [
      'over an index, which drops them',
      { listDeployments: () => indexOf(withStatuses('wiping', 'pending')) },
    ],
  ])('has no header %s', async (_, options) => {
    const listDeployments = () => withStatuses('wiping');
    const quietly = { onUnknown: () => undefined, onError: () => undefined };
    const endpoint = createCountEndpoint({ listDeployments, ...quietly, ...options });
    expect((await endpoint.answer(GET)).headers).not.toHaveProperty('Quietgate-Unknown');
  });

  test('is whatever classify says it is', async () => {
    const onUnknown = vi.fn();
    const runs = [
      { id: 'a', phase: 7 },
      { id: 'b', phase: 0 },
      { id: 'c', phase: 8 },
    ];
    const classify = ({ phase }: (typeof runs)[0]) => (phase === 0 ? 'phase-0' : 'unknown');
    const endpoint = createCountEndpoint({ listDeployments: () => runs, classify, onUnknown });
    expect((await endpoint.answer(GET)).body).toBe('{"count":1,"ids":["b"]}');
    expect(onUnknown.mock.calls).toEqual([[runs[0]]]);
  });

  test.each([
    () => {
      throw new Error('the log is full');
    },
    () => Promise.reject(new Error('the log is full')),
  ])('changes no answer when onUnknown fails: %s', async (onUnknown: () => unknown) => {
    const onError = vi.fn();
    const listDeployments = () => withStatuses('wiping', 'pending');
    const endpoint = createCountEndpoint({ listDeployments, onUnknown, onError });
    expect(await endpoint.answer(GET)).toMatchObject({ status: 200, body: '{"count":1,"ids":["run-1"]}' });
    expect(onError).not.toHaveBeenCalled();
  });

  test('is a warning in the log of the request, where there is no onUnknown', async () => {
    const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn() };
    const listDeployments = () => [{ id: 'a\n::error::', status: `wiping\u001b${'x'.repeat(1000)}` }];
    await createCountEndpoint({ listDeployments }).answer(requestOf('GET', { log }));
    expect(log.warn.mock.calls).toEqual([
      [
        `quietgate: run "a\\n::error::" is not counted: unknown status "wiping\\u001b${'x'.repeat(93)}"; ` +
          'pass classify if a restart would destroy it',
      ],
    ]);
  });

  test('is a warning on the console, where there is no other log', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const listDeployments = () => [{ id: 'a' }];
    await createCountEndpoint({ listDeployments, classify: () => 'unknown' }).answer(GET);
    expect(warn.mock.calls).toEqual([
      [
        'quietgate: run "a" is not counted: unknown status undefined; pass classify if a restart would destroy it',
      ],
    ]);
  });
});
