import { describe, expect, it } from 'vitest';
import { TOKEN } from '../../test/cordoned-endpoint.ts';
import { type Answer, body, fail, hang, scriptedEndpoint, status } from '../../test/scripted-endpoint.ts';
import { createVirtualClock } from '../testing.ts';
import { fetchCordon } from './fetch-cordon.ts';
import type { AskCordonOptions } from './cordon-options.ts';

const NAME = 'the cordon at https://api.example/api/v1/deployments/cordon';

function ask(answer: Answer, options: Partial<AskCordonOptions> = {}) {
  const clock = createVirtualClock();
  const { fetch, requests } = scriptedEndpoint(clock, answer);
  const asked = fetchCordon({ url: 'https://api.example', token: TOKEN, fetch, clock, ...options });
  return { asked, requests };
}

describe('fetchCordon', () => {
  it('asks once, and resolves with how the cordon stands', async () => {
    const { asked, requests } = ask(body('{"seconds":287,"holders":["a","b"]}'), {
      headers: { 'x-tenant': 'a' },
    });
    expect(await asked).toEqual({ remainingMs: 287_000, holders: ['a', 'b'] });
    expect(requests.map(({ input, init }) => [init.method, input, init.redirect])).toEqual([
      ['GET', 'https://api.example/api/v1/deployments/cordon', 'manual'],
    ]);
    const headers = new Headers(requests[0]?.init.headers);
    expect([headers.get('authorization'), headers.get('x-tenant')]).toEqual([`Bearer ${TOKEN}`, 'a']);
  });

  it('knows a cordon that is down', async () => {
    expect(await ask(body('{"seconds":0,"holders":[]}')).asked).toEqual({ remainingMs: 0, holders: [] });
  });

  it('takes a function for the token, and a path of its own', async () => {
    const { asked, requests } = ask(body('{"seconds":0,"holders":[]}'), {
      token: () => Promise.resolve('another-token-of-16'),
      path: '/hold',
    });
    await asked;
    expect(requests[0]?.input).toBe('https://api.example/hold');
    expect(new Headers(requests[0]?.init.headers).get('authorization')).toBe('Bearer another-token-of-16');
  });

  it.for<[string, Answer, object]>([
    [
      '401',
      status(401),
      { reason: 'http-status', status: 401, message: `${NAME} answered 401: the token is wrong` },
    ],
    [
      '404',
      status(404),
      { reason: 'not-found', status: 404, message: `${NAME} answered 404: no cordon answers there` },
    ],
    ['503', status(503), { reason: 'http-status', status: 503 }],
    ['a redirect', status(302, { location: '/' }), { reason: 'http-status', status: 302 }],
    [
      'HTML',
      body('<html>'),
      { reason: 'invalid-response', status: 200, message: `${NAME} answered 200, but not in JSON` },
    ],
    [
      'another JSON',
      body('{"seconds":"5"}'),
      { reason: 'invalid-response', status: 200, message: `${NAME} answered 200, but not as a cordon does` },
    ],
    [
      'a reset',
      fail(new Error(`Bearer ${TOKEN}`)),
      { reason: 'unreachable', message: `${NAME} could not be reached: Bearer …` },
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

  it.for<[object, string]>([
    [{ token: undefined }, 'TypeError: token must be a string, got undefined'],
    [{ token: 't0k3n' }, 'RangeError: token must have 16 characters or more'],
    [{ holder: 'a' }, 'TypeError: "holder" is not an option'],
    [{ requestTimeoutMs: Infinity }, 'RangeError: requestTimeoutMs must be'],
  ])('refuses %j before any request', async ([options, expected]) => {
    const { asked, requests } = ask(hang, options);
    const error = String(await asked.catch((thrown: unknown) => thrown));
    expect(error).toContain(expected);
    expect(error).not.toContain('t0k3n');
    expect(requests).toEqual([]);
  });

  it('refuses options that are no object', async () => {
    const none = undefined as unknown as AskCordonOptions;
    await expect(fetchCordon(none)).rejects.toThrow(
      'options must be an object with a url and a token, got undefined',
    );
  });
});
