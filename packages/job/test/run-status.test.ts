import { endpoint, inFlight, json, nobody, silence, text } from '@quietgate/testkit/endpoint';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeStatusPlan } from '../src/plan/status-plan.ts';
import { runStatus } from '../src/run/run-status.ts';
import { TOKEN } from './deploy-server.ts';

beforeEach(() => {
  const now = Date.parse('2026-05-17T14:00:00Z');
  vi.useFakeTimers({ now, toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Asks once, and gives what it says, with the URL as URL. */
async function statusOf(url: string, options: Readonly<Record<string, string>> = {}, env: object = {}) {
  const given = Object.entries({ url, ...options }).map(
    ([name, value]) => [name, [{ name: `--${name}`, value }]] as const,
  );
  const { lines, ...rest } = await runStatus(
    makeStatusPlan(new Map(given), { ...env }),
    env as NodeJS.ProcessEnv,
  );
  return { ...rest, lines: lines.map((line) => line.replaceAll(url, 'URL')) };
}

const WITH_TOKEN = { CORDON_TOKEN: TOKEN };

describe('what is in flight', () => {
  it('is said on one line', async () => {
    const quiet = await endpoint(inFlight(0));
    expect(await statusOf(quiet.url)).toEqual({ isQuiet: true, lines: ['quiet: nothing in flight (URL)'] });
    const busy = await endpoint(inFlight(2));
    expect(await statusOf(busy.url)).toEqual({
      isQuiet: false,
      lines: ['2 in flight: run-1, run-2 (URL)'],
    });
    expect(busy.requests).toHaveLength(1);
  });

  it('is unknown where there is no count', async () => {
    const { url } = await endpoint(text(503));
    expect(await statusOf(url)).toEqual({
      lines: ['unknown: URL/api/v1/deployments/in-flight-count answered 503'],
    });
  });

  it('comes with where redirects led', async () => {
    const end = await endpoint(inFlight(0));
    const { url } = await endpoint(text(307, '', { location: `${end.url}/moved?token=s3cret` }));
    expect((await statusOf(url)).lines).toEqual([
      `quiet: nothing in flight (URL, redirected to ${end.url}/moved)`,
    ]);
    expect(JSON.parse((await statusOf(url, { json: 'true' })).lines[0] ?? '')).toEqual({
      url: 'URL',
      count: 0,
      ids: [],
      redirectedTo: `${end.url}/moved`,
    });
  });

  it('is asked for with the headers, on the path, and within the time that were given', async () => {
    const { url, requests, asked } = await endpoint(silence);
    const options = { header: 'X-One: 1', path: '/count', 'request-timeout': '2s' };
    const status = statusOf(url, options);
    await asked(1);
    await vi.advanceTimersByTimeAsync(2000);
    expect((await status).lines).toEqual([expect.stringMatching(/^unknown: .* within 2000 ms$/)]);
    expect(requests[0]?.url).toMatch(/^\/count/);
    expect(requests[0]?.headers['x-one']).toBe('1');
  });
});

describe('the cordon', () => {
  it.each([
    ['down', { seconds: 0, holders: [] }, 'cordon down: new runs may start'],
    [
      'up',
      { seconds: 300, holders: ['a', 'b'] },
      'cordon up: new runs are blocked until 2026-05-17T14:05:00Z (5m), held by a, b',
    ],
  ])('is %s', async (_, cordon, line) => {
    const { url, requests } = await endpoint(inFlight(1, ['t13']), json(cordon));
    expect(await statusOf(url, { header: 'X-One: 1' }, WITH_TOKEN)).toEqual({
      isQuiet: false,
      lines: ['1 in flight: t13 (URL)', line],
    });
    expect(requests[1]?.headers).toMatchObject({ authorization: `Bearer ${TOKEN}`, 'x-one': '1' });
  });

  it('is unknown where it cannot be read in time, which changes nothing about the count', async () => {
    const { url, asked } = await endpoint(inFlight(0), silence);
    const status = statusOf(url, { 'request-timeout': '2s' }, WITH_TOKEN);
    await asked(2);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await status).toEqual({
      isQuiet: true,
      lines: ['quiet: nothing in flight (URL)', expect.stringMatching(/^cordon unknown: .* within 2000 ms$/)],
    });
  });

  it('is not asked for without a token, nor where it would be sent to a default', async () => {
    const { url, requests } = await endpoint(inFlight(0));
    await statusOf(url);
    expect(requests).toHaveLength(1);
    const env = { ...WITH_TOKEN, https_proxy: await nobody() };
    expect((await runStatus(makeStatusPlan(new Map(), env), env)).lines).toHaveLength(1);
  });
});

it('is one object as JSON, with the reason of what is unknown', async () => {
  const { url } = await endpoint(text(404), json({ seconds: 300, holders: ['a'] }));
  const { lines } = await statusOf(`${url}?token=s3cret`, { json: 'true' }, WITH_TOKEN);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    url,
    reason: 'not-found',
    status: 404,
    message: `${url}/api/v1/deployments/in-flight-count answered 404: there is no such endpoint`,
    cordon: { remainingMs: 300_000, holders: ['a'] },
  });
});

it('says nothing about the server where quietgate itself fails', async () => {
  vi.stubGlobal('AbortController', function () {
    throw new Error('a defect');
  });
  const { url } = await endpoint(inFlight(0));
  await expect(statusOf(url)).rejects.toThrow('a defect');
  vi.unstubAllGlobals();
});
