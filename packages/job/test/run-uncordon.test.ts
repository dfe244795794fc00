import { endpoint, json, nobody, silence, text } from '@quietgate/testkit/endpoint';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeUncordonPlan } from '../src/plan/uncordon-plan.ts';
import { runUncordon } from '../src/run/run-uncordon.ts';
import { cordonedServer, TOKEN } from './cordoned-server.ts';
import { deployServer } from './deploy-server.ts';

beforeEach(() => {
  const now = Date.parse('2026-05-17T14:00:00Z');
  vi.useFakeTimers({ now, toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Releases leases, and gives what it says of it, with the URL as URL. */
async function uncordon(url: string, options: Readonly<Record<string, string>>) {
  const given = Object.entries({ url, ...options }).map(
    ([name, value]) => [name, [{ name: `--${name}`, value }]] as const,
  );
  const said: string[] = [];
  const { isGone, line } = await runUncordon(
    makeUncordonPlan(new Map(given), { CORDON_TOKEN: TOKEN }),
    {},
    (failure) => said.push(failure),
  );
  return [...said, isGone, line].map((each) =>
    typeof each === 'string' ? each.replaceAll(url, 'URL') : each,
  );
}

it('ends one lease, and says whose are left', async () => {
  const { url, cordon } = await deployServer();
  for (const holder of ['a', 'b', 'c']) cordon.raise(holder, 600_000);
  expect(await uncordon(url, { holder: 'b' })).toEqual([
    true,
    'lease of b released; cordon up: new runs are blocked until 2026-05-17T14:10:00Z (10m), held by a, c',
  ]);
  expect(await uncordon(url, { holder: 'b' })).toEqual([
    true,
    'b held no lease, nothing was released; cordon up: new runs are blocked until 2026-05-17T14:10:00Z (10m), held by a, c',
  ]);
  cordon.lift('c');
  expect(await uncordon(url, { holder: 'a' })).toEqual([
    true,
    'lease of a released; cordon down: new runs may start',
  ]);
});

it('ends all leases', async () => {
  const { url, cordon } = await deployServer();
  for (const holder of ['a', 'b']) cordon.raise(holder, 600_000);
  expect(await uncordon(url, { all: 'true' })).toEqual([
    true,
    'every lease released; cordon down: new runs may start',
  ]);
  expect(cordon.holders()).toEqual([]);
});

it('says no more than it knows, where the cordon cannot be read', async () => {
  const { url } = await endpoint(text(503), json({}), text(503));
  expect(await uncordon(url, { holder: 'a' })).toEqual([true, 'lease of a released']);
});

it('looks for two seconds at most, and for no longer than a request may take', async () => {
  const { url, asked } = await endpoint(silence, json({}), silence);
  const done = uncordon(url, { all: 'true' });
  await asked(1);
  await vi.advanceTimersByTimeAsync(2000);
  await asked(3);
  await vi.advanceTimersByTimeAsync(2000);
  expect(await done).toEqual([true, 'every lease released']);

  const hasty = await endpoint(silence, json({}), silence);
  const soon = uncordon(hasty.url, { all: 'true', 'request-timeout': '1s' });
  await hasty.asked(1);
  await vi.advanceTimersByTimeAsync(1000);
  await hasty.asked(3);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await soon).toEqual([true, 'every lease released']);
});

it.each([
  [{ all: 'true' }, 'leases'],
  [{ holder: 'a' }, 'lease of a'],
])('cannot tell where no cordon answers: %j', async (options: Record<string, string>, whose) => {
  const { url } = await endpoint(text(401));
  expect(await uncordon(url, { ...options, retries: '0' })).toEqual([
    false,
    expect.stringMatching(
      new RegExp(
        `^${whose} not released, and may last until expiry: the cordon at URL/api/v1/deployments/cordon answered 401`,
      ),
    ),
  ]);
});

it('reports each attempt that another one follows', async () => {
  const server = await cordonedServer({ count: [], lift: text(503) });
  const over = new AbortController();
  const done = uncordon(server.url, { holder: 'a', retries: '1', 'request-timeout': '1h' }).finally(() => {
    over.abort();
  });
  while (!over.signal.aborted) await vi.advanceTimersByTimeAsync(100);
  expect(await done).toEqual([
    'attempt 1 of 2 failed: answered 503; trying again',
    false,
    expect.stringMatching(/^lease of a not released, /),
  ]);
});

it('sends the headers, and says why nothing answered', async () => {
  const { url, requests } = await endpoint(json({}));
  await uncordon(url, { all: 'true', header: 'X-One: 1' });
  expect(requests.map(({ headers }) => headers['x-one'])).toEqual(['1', '1', '1']);
  expect(await uncordon(await nobody(), { all: 'true', retries: '0' })).toEqual([
    false,
    expect.stringContaining('ECONNREFUSED'),
  ]);
});
