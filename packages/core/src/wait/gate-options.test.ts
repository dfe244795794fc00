import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../testing.ts';
import { CORDON_PATH, QUIET_PATH } from '../wire/paths.ts';
import type { WaitForQuietOptions } from './gate-options.ts';
import { waitForQuiet } from './wait-for-quiet.ts';

const url = 'https://api.example';
const endpointPath = '/api/v1/deployments/in-flight-count';

/** What the gate rejects with; the fetch that it is given must not be called. */
async function rejection(options: unknown): Promise<unknown> {
  let requests = 0;
  const fetch = () => {
    requests++;
    return Promise.resolve(new Response('{"count":0}'));
  };
  const given = typeof options === 'object' && options !== null ? { fetch, ...options } : options;
  const outcome = await waitForQuiet(given as WaitForQuietOptions).then(
    (result) => result,
    (error: unknown) => error,
  );
  expect(requests).toBe(0);
  return outcome;
}

describe('wrong options reject before any request', () => {
  it.for<[string, unknown, Error]>([
    [
      'no options',
      undefined,
      new TypeError('options must be an object with a url or a source, got undefined'),
    ],
    ['null', null, new TypeError('options must be an object with a url or a source, got null')],
    [
      'a URL instead of options',
      url,
      new TypeError('options must be an object with a url or a source, got string'),
    ],
    ['neither url nor source', {}, new TypeError('either url or source is needed, got neither')],
    [
      'both',
      { url, source: () => ({ count: 0, ids: [] }) },
      new TypeError('url and source exclude each other, got both'),
    ],
    [
      'a source of another kind',
      { source: 7 },
      new TypeError('source must be a function that returns an in-flight count, got number'),
    ],
    ['a fetch of another kind', { url, fetch: {} }, new TypeError('fetch must be a function, got object')],
    [
      'a fetch of another kind, though there is a source',
      { source: () => undefined, fetch: 5 },
      new TypeError('fetch must be a function, got number'),
    ],
    [
      'headers of another kind, though there is a source',
      { source: () => undefined, headers: { 'a b': 'c' } },
      new TypeError('headers must be valid names and values of HTTP headers'),
    ],
    [
      'a clock of another kind',
      { url, clock: { now: () => 0 } },
      new TypeError('clock must be an object with now() and sleep(), got object'),
    ],
    [
      'no clock',
      { url, clock: null },
      new TypeError('clock must be an object with now() and sleep(), got null'),
    ],
    [
      'a signal of another kind',
      { url, signal: { aborted: false } },
      new TypeError('signal must be an AbortSignal, got object'),
    ],
    ['no signal', { url, signal: null }, new TypeError('signal must be an AbortSignal, got null')],
    [
      'an onEvent of another kind',
      { url, onEvent: 'log' },
      new TypeError('onEvent must be a function, got string'),
    ],
    [
      'headers that are none',
      { url, headers: { 'a b': 'c' } },
      new TypeError('headers must be valid names and values of HTTP headers'),
    ],
    [
      'a wrong limit',
      { url, intervalMs: 0 },
      new RangeError('intervalMs must be from 1 to 2147483647 milliseconds, got 0'),
    ],
    ['a limit of another kind', { url, retries: '2' }, new TypeError('retries must be a number, got "2"')],
  ])('%s', async ([, options, expected]) => {
    expect(await rejection(options)).toEqual(expected);
  });

  it.for([
    '',
    'console.openova.io',
    '/api',
    'localhost:8080',
    'ftp://api.example',
    'file:///etc/passwd',
    'git+https://api.example',
    'http://',
  ])('url %j is not absolute', async (wrong) => {
    expect(await rejection({ url: wrong })).toEqual(
      new TypeError(
        `url must be an absolute http or https URL, such as https://api.example, got ${JSON.stringify(wrong)}`,
      ),
    );
  });
});

it.for<[unknown, string]>([
  [7, 'number'],
  [5n, 'bigint'],
  [null, 'null'],
  [{ auth: 'user:s3cret', host: 'api.example' }, 'object'],
])('url %o is of another kind', async ([wrong, kind]) => {
  expect(await rejection({ url: wrong })).toEqual(
    new TypeError(`url must be an absolute http or https URL, such as https://api.example, got ${kind}`),
  );
});

describe('no message repeats a password', () => {
  it.for([
    'https://user:s3cret@api.example',
    'https://s3cret@api.example',
    'https://:s3cret@api.example',
    'ftp://user:s3cret@api.example',
    'https://user:s3cret@',
    'user:s3cret@api.example',
    'ftp://user:s3cret',
    'user:s3cret',
    's3cret%40api.example',
    'user:4711s3cret',
    'user:4711-s3cret/api',
    'ftp://user:1s3cret＠api.example',
  ])('of %s', async (wrong) => {
    const error = await rejection({ url: wrong });
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).not.toContain('s3cret');
    expect(await rejection({ url: URL.canParse(wrong) ? new URL(wrong) : wrong })).toBeInstanceOf(TypeError);
  });

  it.for([
    'api.example?token=s3cret',
    '/api?token=s3cret',
    'ftp://api.example/?s3cret',
    'htps://api.example/#s3cret',
    `https://api.example${endpointPath}?s3cret`,
  ])('nor a query or a fragment, as in %s', async (wrong) => {
    const error = await rejection({ url: wrong });
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).not.toContain('s3cret');
  });

  it.for(['intervalMs', 'maxWaitMs', 'requestTimeoutMs', 'quietForMs', 'retries', 'onUnavailable'])(
    'that was given as %s',
    async (name) => {
      const error = await rejection({ url, [name]: 'https://user:s3cret@api.example' });
      expect(String(error)).toMatch(new RegExp(`^TypeError: ${name} must be [^,]+$`));
    },
  );

  it('but says what is wrong', async () => {
    expect(await rejection({ url: 'https://user:s3cret@api.example' })).toEqual(
      new TypeError('url must not carry a user name or password: send credentials in headers'),
    );
    expect(await rejection({ url: 'user:s3cret@api.example' })).toEqual(
      new TypeError('url must be an absolute http or https URL, such as https://api.example'),
    );
  });

  it('of a header', async () => {
    const error = await rejection({ url, headers: { authorization: 'Bearer s3cret\n' + 'x: y\0' } });
    expect(error).toBeInstanceOf(TypeError);
    expect(String((error as Error).stack)).not.toContain('s3cret');
  });
});

it('treats no object as a URL because of what it reads as', async () => {
  expect(await rejection({ url: { toString: () => url } })).toBeInstanceOf(TypeError);
});

describe('a URL that ends in the path of the endpoint', () => {
  it.for([
    url + endpointPath,
    `${url}${endpointPath}/`,
    `${url}/prefix${endpointPath}//`,
    `${url}${endpointPath}?a=b`,
    `${url}${endpointPath}/#c`,
    new URL(url + endpointPath),
  ])('is refused: %s', async (wrong) => {
    expect(await rejection({ url: wrong })).toEqual(
      new TypeError(`url must be the base URL, without ${endpointPath}, which is appended to it`),
    );
  });

  it.for([CORDON_PATH, QUIET_PATH])('%s, is refused too', async (path) => {
    const error = new TypeError(`url must be the base URL, without ${path}, which is appended to it`);
    expect(await rejection({ url: url + path })).toEqual(error);
    expect(await rejection({ url: `${url}${path}/`, path: '/busy' })).toEqual(error);
  });

  it('of its own is refused too', async () => {
    expect(await rejection({ url: `${url}/busy`, path: '/busy' })).toEqual(
      new TypeError('url must be the base URL, without /busy, which is appended to it'),
    );
  });
});

it.for<[unknown, string]>([
  ['in-flight', ', got "in-flight"'],
  ['/a?token=s3cret', ', got "/a…"'],
  ['/', ', got "/"'],
  [7, ', got number'],
])('path %s is none', async ([path, got]) => {
  expect(await rejection({ url, path })).toEqual(
    new TypeError(`path must begin with a slash and stand as in a URL, without a query${got}`),
  );
});

it('a name that is no option is refused, with the nearest that is', async () => {
  expect(await rejection({ url, interval: 5 })).toEqual(
    new TypeError('"interval" is not an option: did you mean "intervalMs"?'),
  );
});

it.for([
  ['Host', 'api.example'],
  ['Expect', '100-continue'],
  ['Prefer', 'wait=5'],
  ['Proxy-Authorization', 'Basic s3cret'],
  ['X-Any', 's3cret\u0001'],
] as const)('header %s, which cannot be sent, is refused', async ([name, value]) => {
  const error = await rejection({ url, headers: [[name, value]] });
  expect(error).toBeInstanceOf(TypeError);
  expect(String(error)).toMatch(new RegExp(`^TypeError: headers must not hold ${name.toLowerCase()}: `));
  expect(String(error)).not.toContain('s3cret');
});

it.for([
  [5000, 5000],
  [5001, 5000],
] as const)('quietForMs of %i is refused with a cap of %i', async ([quietForMs, maxWaitMs]) => {
  expect(await rejection({ url, quietForMs, maxWaitMs })).toEqual(
    new RangeError(
      `quietForMs must be below maxWaitMs, or the light could never turn green, got ${quietForMs} and ${maxWaitMs}`,
    ),
  );
});

describe('a lease that never lasts from one zero to the next', () => {
  const cordon = { token: 'x'.repeat(16), leaseMs: 30_000 };

  it('is refused with quietForMs', async () => {
    const error = await rejection({ url, cordon, quietForMs: 1 });
    expect(error).toBeInstanceOf(RangeError);
    expect(String(error)).toMatch(/^RangeError: cordon\.leaseMs must be above intervalMs and .*, got 30000$/);
  });

  it.for([
    { cordon },
    { cordon: { ...cordon, leaseMs: 31_000 }, quietForMs: 1 },
    { cordon, quietForMs: 1, intervalMs: 19_999 },
    { cordon, quietForMs: 1, requestTimeoutMs: 9999 },
  ])('is none in %j', async (more) => {
    const asked = new Error('asked');
    const fetch = () => Promise.reject(asked);
    const clock = createVirtualClock();
    await expect(waitForQuiet({ url, fetch, clock, ...more })).resolves.toMatchObject({
      outcome: 'failed-open',
    });
  });
});

it('takes undefined for every option as its default', async () => {
  const options: Required<WaitForQuietOptions> = {
    url: undefined,
    path: undefined,
    cordon: undefined,
    source: () => ({ count: 0, ids: [] }),
    intervalMs: undefined,
    maxWaitMs: undefined,
    requestTimeoutMs: undefined,
    quietForMs: undefined,
    retries: undefined,
    onUnavailable: undefined,
    longPoll: undefined,
    headers: undefined,
    fetch: undefined,
    clock: undefined,
    signal: undefined,
    onEvent: undefined,
  };
  expect(await waitForQuiet(options)).toMatchObject({ outcome: 'quiet' });
});

it('uses the fetch that is global at the time of the request', async () => {
  const original = globalThis.fetch;
  globalThis.fetch = () => Promise.resolve(new Response('{"count":0}'));
  try {
    expect(await waitForQuiet({ url })).toMatchObject({ outcome: 'quiet' });
  } finally {
    globalThis.fetch = original;
  }
});
