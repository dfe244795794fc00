import { endpoint, nobody, silence, text } from '@quietgate/testkit/endpoint';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeUntilPlan } from '../src/plan/until-plan.ts';
import { runUntil } from '../src/run/run-until.ts';
import { arrived } from './arrived.ts';

// Requests take what they take, and pauses what the test lets pass.
beforeEach(() => {
  vi.useFakeTimers({
    now: Date.parse('2026-05-17T13:59:53Z'),
    toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'],
  });
  vi.advanceTimersByTime(7000); // a process is older than what it times
});
afterEach(() => {
  vi.useRealTimers();
});

/** Asks until there is "v2", without the times of day in what it says, and with the URL as URL. */
function run(url: string, options: Readonly<Record<string, string>> = {}, env: Record<string, string> = {}) {
  const given = Object.entries({ url, text: 'v2', ...options }).map(
    ([name, value]) => [name, [{ name: `--${name}`, value }]] as const,
  );
  const said: string[] = [];
  const plain = (line: string) => line.replace(/^\d{4}-\d\d-\d\dT\S+Z /, '').replaceAll(url, 'URL');
  const ended = runUntil(makeUntilPlan(new Map(given), env), env, (line) => said.push(plain(line)));
  return { said, ended: ended.then(({ isThere, line }) => [isThere, plain(line)]) };
}

/** Lets time pass once so many requests have been answered. */
async function pass(ms: number, { requests, asked }: Awaited<ReturnType<typeof endpoint>>, times: number) {
  await asked(times);
  await arrived(requests[times - 1]);
  await vi.advanceTimersByTimeAsync(ms);
}

it('asks each interval until the text is there, and says what it sees where that is news', async () => {
  const server = await endpoint(text(503), text(503, 'v2'), text(200, ' v1\n'), text(200), text(200, 'a v2'));
  const { said, ended } = run(server.url);
  for (const times of [1, 2, 3, 4]) await pass(5000, server, times);
  expect(await ended).toEqual([true, 'URL has the text (waited 20s of 30m)']);
  expect(said).toEqual([
    'asking URL every 5s for "v2"',
    'answered 503 (waited 0s of 30m)',
    'answered 200 with "v1" (waited 10s of 30m)',
    'answered 200 with nothing (waited 15s of 30m)',
  ]);
  expect(vi.getTimerCount()).toBe(0);
});

it('ends at the maximum wait with what it saw last, and asks no more then', async () => {
  const server = await endpoint(text(200, 'v1'));
  const { ended } = run(server.url, { 'max-wait': '10s' });
  for (const times of [1, 2]) await pass(5000, server, times);
  expect(await ended).toEqual([
    false,
    'URL has not had the text: answered 200 with "v1" (waited 10s of 10s)',
  ]);
  expect(server.requests).toHaveLength(2);
});

it('cuts its last pause short', async () => {
  const server = await endpoint(text(200, 'v1'));
  const { ended } = run(server.url, { 'max-wait': '8s' });
  await pass(5000, server, 1);
  await pass(3000, server, 2);
  expect(await ended).toEqual([false, 'URL has not had the text: answered 200 with "v1" (waited 8s of 8s)']);
});

it('gives up a request at its time limit, and counts the interval from its start', async () => {
  const { url, asked } = await endpoint(silence, text(200, 'v2'));
  const { said, ended } = run(url, { 'request-timeout': '2s' });
  await asked(1);
  await vi.advanceTimersByTimeAsync(2000);
  await vi.advanceTimersByTimeAsync(3000);
  expect(await ended).toEqual([true, 'URL has the text (waited 5s of 30m)']);
  expect(said[1]).toBe('no complete response within 2s (waited 2s of 30m)');
});

it('asks again at once after a request that took longer than the interval', async () => {
  const { url, asked } = await endpoint(silence, text(200, 'v2'));
  const { ended } = run(url, { 'request-timeout': '7s' });
  await asked(1);
  await vi.advanceTimersByTimeAsync(7000);
  expect(await ended).toEqual([true, 'URL has the text (waited 7s of 30m)']);
});

it('gives up a request at the maximum wait', async () => {
  const { url, asked } = await endpoint(silence);
  const { ended } = run(url, { 'max-wait': '3s' });
  await asked(1);
  await vi.advanceTimersByTimeAsync(3000);
  expect(await ended).toEqual([
    false,
    'URL has not had the text: no complete response within 3s (waited 3s of 3s)',
  ]);
});

it('sends the headers, and shows no query', async () => {
  const { url, requests } = await endpoint(text(200, 'v2'));
  const { ended, said } = run(`${url}/?token=s3cret`, { header: 'X-One: 1' });
  await ended;
  expect(requests[0]?.headers['x-one']).toBe('1');
  expect(said).toEqual([`asking ${url} every 5s for "v2"`]);
});

it('is not satisfied by a body over a mebibyte, however that begins', async () => {
  const { url } = await endpoint(text(200, `v2${'x'.repeat(1024 * 1024)}`));
  const { said } = run(url);
  while (said.length < 2) await setImmediate();
  expect(said[1]).toBe('answered 200 with more than 1048576 bytes (waited 0s of 30m)');
});

it('says why nothing answered, and that it was a proxy', async () => {
  const { said } = run('http://console.example', {}, { http_proxy: await nobody() });
  while (said.length < 2) await setImmediate();
  expect(said[1]).toMatch(/^the proxy in http_proxy .* refused the connection \(ECONNREFUSED\) \(waited /);
});

it('shows eighty characters of a body, on one line', async () => {
  const { url } = await endpoint(text(200, `1\n${'x'.repeat(100)}`));
  const { said } = run(url);
  while (said.length < 2) await setImmediate();
  expect(said[1]).toBe(`answered 200 with "1\\u{a}${'x'.repeat(73)}…" (waited 0s of 30m)`);
});
