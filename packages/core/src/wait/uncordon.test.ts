import { describe, expect, it } from 'vitest';
import { TOKEN } from '../../test/cordoned-endpoint.ts';
import { type Answer, fail, hang, scriptedEndpoint, status } from '../../test/scripted-endpoint.ts';
import { createVirtualClock } from '../testing.ts';
import { uncordon, type UncordonOptions } from './uncordon.ts';

const gone = status(200, {}, '{}');

async function lift(answers: readonly Answer[], options: Partial<UncordonOptions> = {}) {
  const clock = createVirtualClock();
  const { fetch, requests } = scriptedEndpoint(clock, ...answers);
  const given = { url: 'https://api.example/v2/?a=b', token: TOKEN, fetch, clock, ...options };
  const holder = 'all' in options || 'holder' in options ? {} : { holder: 'deploy-42' };
  const outcome = await uncordon({ ...given, ...holder } as UncordonOptions).then(
    () => 'gone',
    (error: unknown) => error,
  );
  return { outcome, requests, requestedAtMs: requests.map(({ atMs }) => atMs) };
}

describe('uncordon', () => {
  it('ends the lease of a holder', async () => {
    const { outcome, requests } = await lift([gone], { headers: { 'x-tenant': 'a', authorization: 'no' } });
    expect(outcome).toBe('gone');
    expect(requests.map(({ input, init }) => [init.method, input, init.redirect])).toEqual([
      ['DELETE', 'https://api.example/v2/api/v1/deployments/cordon?holder=deploy-42', 'manual'],
    ]);
    const headers = new Headers(requests[0]?.init.headers);
    expect([headers.get('authorization'), headers.get('x-tenant')]).toEqual([`Bearer ${TOKEN}`, 'a']);
  });

  it('ends all of them', async () => {
    const { requests } = await lift([gone], { all: true, path: '/hold' });
    expect(requests[0]?.input).toBe('https://api.example/v2/hold?holder=*');
  });

  it.for([404, 405])('does not treat a %i as the word of a cordon, but tries again', async (code) => {
    const { outcome, requestedAtMs } = await lift([status(code), status(code), gone]);
    expect(outcome).toBe('gone');
    expect(requestedAtMs).toEqual([0, 1000, 3000]);
  });

  it.for([
    [404, { holder: 'deploy-42' }],
    [405, { all: true }],
  ] as const)('says after a %i that stays that no cordon answers there: %j', async ([code, ending]) => {
    const { outcome, requestedAtMs } = await lift([status(code)], { ...ending, retries: 1 });
    expect(outcome).toEqual(
      new Error(
        `the cordon at https://api.example/v2/api/v1/deployments/cordon answered ${code}: no cordon answers there`,
      ),
    );
    expect(requestedAtMs).toEqual([0, 1000]);
  });

  it('ends the lease of a holder with all: false as without', async () => {
    const { requests } = await lift([gone], { holder: 'deploy-42', all: false });
    expect(requests[0]?.input).toMatch(/\?holder=deploy-42$/);
  });

  it('calls a token that is a function anew for each request', async () => {
    const tokens = ['first-token-of-16', 'second-token-of-16'];
    const { outcome, requests } = await lift([status(503), gone], { token: () => tokens.shift() ?? '' });
    expect(outcome).toBe('gone');
    expect(requests.map(({ init }) => new Headers(init.headers).get('authorization'))).toEqual([
      'Bearer first-token-of-16',
      'Bearer second-token-of-16',
    ]);
  });

  it('tries again as the gate does', async () => {
    const { outcome, requestedAtMs } = await lift([
      status(503),
      fail(new Error('reset')),
      status(429, { 'retry-after': '9' }),
      gone,
    ]);
    expect(outcome).toBe('gone');
    expect(requestedAtMs).toEqual([0, 1000, 3000, 12_000]);
  });

  it('gives a request its time, and up after the retries', async () => {
    const { outcome, requestedAtMs } = await lift([hang], { retries: 1, requestTimeoutMs: 2000 });
    expect(requestedAtMs).toEqual([0, 3000]);
    expect(outcome).toEqual(
      new Error(
        'the cordon at https://api.example/v2/api/v1/deployments/cordon gave no complete answer within 2000 ms',
      ),
    );
  });

  it.for<[string, Answer, string]>([
    ['401', status(401), 'answered 401: the token is wrong'],
    [
      'a redirect',
      status(307, { location: '/' }),
      'answered with a redirect, which the token does not follow',
    ],
    ['HTML', status(200, {}, '<html>'), 'answered 200, but not in JSON'],
    ['another JSON', status(200, {}, '"gone"'), 'answered 200, but not as a cordon does'],
    ['a list', status(200, {}, '[]'), 'answered 200, but not as a cordon does'],
    ['204', status(204), 'answered 204'],
    ['a reset with the token', fail(new Error(`Bearer ${TOKEN}`)), 'could not be reached: Bearer …'],
  ])('rejects when it cannot tell: %s', async ([, answer, why]) => {
    const { outcome } = await lift([answer], { retries: 0 });
    expect(outcome).toEqual(
      new Error(`the cordon at https://api.example/v2/api/v1/deployments/cordon ${why}`),
    );
  });

  it('does not try again what will not pass', async () => {
    expect((await lift([status(401)])).requests).toHaveLength(1);
  });

  it('rejects with the reason of the signal, at once', async () => {
    const controller = new AbortController();
    const pending = lift([hang], { signal: controller.signal });
    controller.abort('called off');
    expect((await pending).outcome).toBe('called off');
  });

  it.for<[string, object, string]>([
    [
      'neither holder nor all',
      { holder: undefined },
      'TypeError: either holder or all is needed, got neither',
    ],
    ['both', { holder: 'a', all: true }, 'TypeError: either holder or all is needed, got both'],
    ['all: false alone', { all: false }, 'TypeError: either holder or all is needed, got neither'],
    ['all of another kind', { all: 'yes' }, 'TypeError: all must be true, or left out'],
    ['a holder of another kind', { holder: 7 }, 'TypeError: holder must be 1 to 128 of the characters'],
    ...['in-flight-count', 'cordon', 'quiet'].map((ending): [string, object, string] => [
      `a URL that ends in ${ending}`,
      { url: `https://api.example/api/v1/deployments/${ending}`, path: '/hold' },
      `TypeError: url must be the base URL, without /api/v1/deployments/${ending}, which is appended to it`,
    ]),
    ['* for a holder', { holder: '*' }, 'TypeError: holder must be 1 to 128 of the characters'],
    ['a fetch of another kind', { fetch: 7 }, 'TypeError: fetch must be a function, got number'],
    ['a short token', { token: 't0k3n' }, 'RangeError: token must have 16 characters or more'],
    ['a misspelt option', { holders: 'a' }, 'TypeError: "holders" is not an option: did you mean "holder"?'],
    [
      'the URL of the cordon',
      { url: 'https://api.example/api/v1/deployments/cordon/' },
      'TypeError: url must be the base URL',
    ],
    ['a wrong limit', { retries: -1 }, 'RangeError: retries must be'],
  ])('refuses %s before any request', async ([, options, expected]) => {
    const { outcome, requests } = await lift([gone], options);
    expect(String(outcome)).toContain(expected);
    expect(String(outcome)).not.toContain('t0k3n');
    expect(requests).toEqual([]);
  });

  it('refuses what are no options', async () => {
    await expect(uncordon(null as never)).rejects.toThrow(
      new TypeError('options must be an object with a url, a token, and a holder or all, got null'),
    );
  });
});
