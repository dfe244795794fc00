import { describe, expect, it } from 'vitest';
import {
  after,
  body,
  count,
  fail,
  hang,
  scriptedEndpoint,
  status,
  type Answer,
} from '../../test/scripted-endpoint.ts';
import { createVirtualClock } from '../testing.ts';
import { fetchInFlightCount } from './fetch-in-flight-count.ts';
import type { AskOptions } from './request-options.ts';

const NAME = 'https://api.example/v2/api/v1/deployments/in-flight-count';

function ask(answer: Answer, options: Partial<AskOptions> = {}) {
  const clock = createVirtualClock();
  const { fetch, requests } = scriptedEndpoint(clock, answer);
  const asked = fetchInFlightCount({ url: 'https://api.example/v2?a=b', fetch, clock, ...options });
  return { asked, clock, requests };
}

describe('fetchInFlightCount', () => {
  it('asks once, and resolves with the count', async () => {
    const { asked, requests } = ask(count(2, ['a', 'b']), { headers: { 'x-tenant': 'a' } });
    expect(await asked).toEqual({ count: 2, ids: ['a', 'b'] });
    expect(requests.map(({ input }) => input.replace(/nonce=\w+/, 'nonce'))).toEqual([`${NAME}?a=b&nonce`]);
    const headers = new Headers(requests[0]?.init.headers);
    expect([headers.get('x-tenant'), headers.get('prefer')]).toEqual(['a', null]);
  });

  it('asks on a path of its own', async () => {
    const { asked, requests } = ask(count(0), { url: 'https://api.example', path: '/busy' });
    expect(await asked).toEqual({ count: 0, ids: [] });
    expect(requests[0]?.input).toMatch(/^https:\/\/api\.example\/busy\?nonce=/);
  });

  it.for<[string, Answer, object]>([
    [
      '404',
      status(404),
      { reason: 'not-found', status: 404, message: `${NAME} answered 404: there is no such endpoint` },
    ],
    ['503', status(503), { reason: 'http-status', status: 503, message: `${NAME} answered 503` }],
    ['HTML', body('<html>'), { reason: 'invalid-response', status: 200 }],
    [
      'a zero out of a cache',
      status(200, { age: '9' }, '{"count":0}'),
      { reason: 'invalid-response', status: 200 },
    ],
    ['a zero with ids', count(0, ['t13']), { reason: 'invalid-response', status: 200 }],
    [
      'a reset',
      fail(new Error('reset')),
      { reason: 'unreachable', message: `${NAME} could not be reached: reset` },
    ],
    [
      'silence',
      hang,
      { reason: 'request-timeout', message: `${NAME} gave no complete answer within 10000 ms` },
    ],
  ])('rejects as the gate would put it, without a retry: %s', async ([, answer, expected]) => {
    const { asked, requests } = ask(answer);
    const error = await asked.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject(expected);
    expect(requests).toHaveLength(1);
  });

  it('gives the request its time', async () => {
    const clock = createVirtualClock();
    const { asked } = ask(after(501, clock, count(0)), { clock, requestTimeoutMs: 500 });
    await expect(asked).rejects.toMatchObject({ reason: 'request-timeout' });
    expect(clock.now()).toBe(500);
  });

  it('rejects with the reason of the signal, at once', async () => {
    const controller = new AbortController();
    const { asked } = ask(hang, { signal: controller.signal });
    controller.abort('called off');
    await expect(asked).rejects.toBe('called off');
  });

  it.for<[object, string]>([
    [{ source: () => 0 }, 'TypeError: "source" is not an option: did you mean "url"?'],
    [{ retries: 1 }, 'TypeError: "retries" is not an option'],
    [{ url: 'api.example' }, 'TypeError: url must be an absolute http or https URL'],
    [{ requestTimeoutMs: 0 }, 'RangeError: requestTimeoutMs must be from 1'],
    [{ headers: { host: 'a' } }, 'TypeError: headers must not hold host'],
    [{ fetch: 7 }, 'TypeError: fetch must be a function, got number'],
  ])('refuses %j before any request', async ([options, expected]) => {
    const { asked, requests } = ask(count(0), options);
    expect(String(await asked.catch((error: unknown) => error))).toContain(expected);
    expect(requests).toEqual([]);
  });

  it('refuses options that are no object', async () => {
    const none = undefined as unknown as AskOptions;
    await expect(fetchInFlightCount(none)).rejects.toThrow(
      'options must be an object with a url, got undefined',
    );
  });
});
