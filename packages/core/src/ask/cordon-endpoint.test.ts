import { describe, expect, it } from 'vitest';
import { TOKEN } from '../../test/cordoned-endpoint.ts';
import { MAX_BODY_BYTES } from '../wire/size-limits.ts';
import { cordonEndpoint } from './cordon-endpoint.ts';
import { supply } from './supply.ts';

const NAME = 'the cordon at https://api.example/c';

/** A cordon that gives this answer. */
const answering = (response: Response) =>
  cordonEndpoint({
    base: new URL('https://api.example'),
    path: '/c',
    token: supply('token', TOKEN, String),
    headers: supply('headers', {}, () => ({})),
    fetch: () => Promise.resolve(response),
  });

const ask = (response: Response) => answering(response).request('GET', {}, new AbortController().signal);

/** A cordon that is asked with what these give, and may be aborted meanwhile. */
function asking(give: { headers?: () => Promise<object>; token?: () => Promise<string> }) {
  const asked: string[] = [];
  const { headers = () => Promise.resolve({}), token = () => Promise.resolve(TOKEN) } = give;
  const endpoint = cordonEndpoint({
    base: new URL('https://api.example'),
    path: '/c',
    headers: supply(
      'headers',
      () => (asked.push('headers'), headers()),
      () => ({}),
    ),
    token: supply('cordon.token', () => (asked.push('token'), token()), String),
    fetch: () => {
      asked.push('fetch');
      return Promise.reject(new Error(`Bearer ${TOKEN}`));
    },
  });
  const controller = new AbortController();
  const answer = endpoint.request('PUT', {}, controller.signal);
  return { answer, asked, controller };
}

const coded = (code: string) => Object.assign(new Error('no'), { code });

const jsonOf = (length: number) => `"${'x'.repeat(length - 2)}"`;

describe('a request of a cordon', () => {
  it.for([
    [401, ': the token is wrong'],
    [403, ': the token is not allowed to'],
    [404, ': no cordon answers there'],
    [405, ': no cordon answers there'],
    [
      409,
      ": an operator released the lease, or the cordon has been up for too long: the server's log says which",
    ],
    [201, ''],
    [299, ''],
    [400, ''],
    [503, ''],
  ] as const)('says what %i means', async ([status, meaning]) => {
    expect(await ask(new Response('', { status }))).toEqual({
      type: 'unavailable',
      reason: status === 404 ? 'not-found' : 'http-status',
      message: `${NAME} answered ${status}${meaning}`,
      status,
    });
  });

  it.for([300, 307, 399])('follows no redirect: %i', async (status) => {
    expect(await ask(new Response('', { status }))).toEqual({
      type: 'unavailable',
      reason: 'http-status',
      message: `${NAME} answered with a redirect, which the token does not follow`,
      status,
      detail: 'redirect',
    });
  });

  it.for([
    ['a body that is not JSON', 'nope'],
    ['a body that is not UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
    ['JSON that is longer than any lease', jsonOf(MAX_BODY_BYTES + 1)],
  ] as const)('takes %s for none of its answers', async ([, body]) => {
    expect(await ask(new Response(body))).toEqual({
      type: 'unavailable',
      reason: 'invalid-response',
      message: `${NAME} answered 200, but not in JSON`,
      status: 200,
    });
  });

  it('reads JSON of the greatest length', async () => {
    expect(await ask(new Response(jsonOf(MAX_BODY_BYTES)))).toEqual({
      type: 'answered',
      json: 'x'.repeat(MAX_BODY_BYTES - 2),
    });
  });
});

describe('what a request is supplied with', () => {
  it('is asked for in turn, and is in no answer', async () => {
    const { answer, asked } = asking({});
    expect(await answer).toStrictEqual({
      type: 'unavailable',
      reason: 'unreachable',
      message: `${NAME} could not be reached: Bearer …`,
      cause: undefined,
    });
    expect(asked).toEqual(['headers', 'token', 'fetch']);
  });

  it.for<[string, Error, 'unsent' | undefined]>([
    ['refused', coded('ECONNREFUSED'), 'unsent'],
    [
      'no such host, as fetch says it',
      new TypeError('fetch failed', { cause: coded('ENOTFOUND') }),
      'unsent',
    ],
    ['no name server', coded('EAI_AGAIN'), 'unsent'],
    ['reset', coded('ECONNRESET'), undefined],
    [
      'what cannot be read',
      Object.defineProperty(new Error('no'), 'code', {
        get() {
          throw new Error('unreadable');
        },
      }),
      undefined,
    ],
  ])('counts as unsent where there was no connection: %s', async ([, error, detail]) => {
    const endpoint = cordonEndpoint({
      base: new URL('https://api.example'),
      path: '/c',
      token: supply('token', TOKEN, String),
      headers: supply('headers', {}, () => ({})),
      fetch: () => Promise.reject(error),
    });
    const answer = await endpoint.request('PUT', {}, new AbortController().signal);
    expect(answer).toMatchObject({ reason: 'unreachable' });
    expect('detail' in answer ? answer.detail : undefined).toBe(detail);
  });

  it('leaves the request unsent when there is none', async () => {
    const { answer, asked } = asking({ token: () => Promise.reject(new Error('s3cret')) });
    expect(await answer).toMatchObject({
      reason: 'unreachable',
      message: `${NAME} was not asked: cordon.token() failed`,
      detail: 'unsent',
    });
    expect(asked).toEqual(['headers', 'token']);
  });

  it.for(['headers', 'token'] as const)(
    'keeps a request that was given up meanwhile from being sent: %s',
    async (name) => {
      let settle!: (value: never) => void;
      const pending = new Promise<never>((resolve) => (settle = resolve));
      const { answer, asked, controller } = asking({ [name]: () => pending });
      while (!asked.includes(name)) await Promise.resolve();
      controller.abort();
      settle(TOKEN as never);
      expect(await answer).toHaveProperty('detail', 'unsent');
      expect(asked.at(-1)).toBe(name);
    },
  );
});

describe('a raise', () => {
  it('takes an answer without a lease for none', async () => {
    const wanted = { holder: 'deploy-42', leaseMs: 60_000, renews: undefined };
    const cordon = answering(Response.json({ seconds: 60 }));
    const answer = await cordon.raise(wanted, new AbortController().signal);
    expect(answer).toEqual({
      type: 'unavailable',
      reason: 'invalid-response',
      message: `${NAME} answered 200, but without a lease`,
      status: 200,
    });
  });
});
