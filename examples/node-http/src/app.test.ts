import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, Server } from 'node:http';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVirtualClock } from '@quietgate/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp } from './app.ts';
import type { Catalyst } from './catalyst.ts';
import { createCatalyst } from './catalyst.ts';

const SEED = fileURLToPath(new URL('../seed/', import.meta.url));

let directory: string;
let catalyst: Catalyst;
let server: Server;
let url: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'app-'));
  catalyst = createCatalyst({
    directory,
    seed: SEED,
    stepMs: 1000,
    clock: createVirtualClock({ autoAdvance: false }),
    log: () => undefined,
    warn: () => undefined,
  });
  server = createServer(createApp(catalyst)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/deployments`;
});

afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await rm(directory, { recursive: true, force: true });
});

const post = (body: string) => fetch(url, { method: 'POST', body });

describe('POST /api/v1/deployments', () => {
  it('begins a run and says where to look at it', async () => {
    const response = await post('{"name":"t30"}');
    expect(response.status).toBe(202);
    const begun = (await response.json()) as { id: string };
    expect(begun).toMatchObject({ name: 't30', status: 'pending' });
    expect(response.headers.get('location')).toBe(`/api/v1/deployments/${begun.id}`);
    expect(await (await fetch(`${url}/${begun.id}`)).json()).toEqual(begun);
    expect(await (await fetch(`${url}/in-flight-count`)).json()).toMatchObject({ count: 5 });
  });

  it.each([
    '',
    'name=t30',
    'null',
    '"t30"',
    '{}',
    '{"name":30}',
    '{"name":""}',
    '{"name":"../t30"}',
    '{"name":"T30"}',
    `{"name":"${'t'.repeat(32)}"}`,
  ])('refuses the body %j and says what it takes', async (body) => {
    const before = (await catalyst.list()).length;
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('the body must be JSON like {\\"name\\":\\"t13\\"}');
    expect(await catalyst.list()).toHaveLength(before);
  });

  it.each([
    ['a newer browser on another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a newer browser on a sibling site', { 'Sec-Fetch-Site': 'same-site' }],
    ['an older browser on another site', { Origin: 'https://evil.example' }],
    ['a page without an origin', { Origin: 'null' }],
  ])('starts no run for %s', async (_, headers) => {
    const before = (await catalyst.list()).length;
    const response = await fetch(url, { method: 'POST', body: '{"name":"t30"}', headers });
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ error: 'no page of another site starts runs here' });
    expect(await catalyst.list()).toHaveLength(before);
  });

  it.each([
    [
      'a page of its own',
      () => ({ 'Sec-Fetch-Site': 'same-origin', Origin: 'https://behind.a.proxy.example' }),
    ],
    ['the address bar', () => ({ 'Sec-Fetch-Site': 'none' })],
    ['a page of its own in an older browser', () => ({ Origin: new URL(url).origin })],
  ])('starts one for %s', async (_, headers: () => Record<string, string>) => {
    const response = await fetch(url, { method: 'POST', body: '{"name":"t30"}', headers: headers() });
    expect(response.status).toBe(202);
  });

  it.each([
    [5_000, '5'],
    [600_000, '30'],
  ])('starts no run under a lease of %i ms, and says when to try again', async (leaseMs, retryAfter) => {
    catalyst.cordon.raise('deploy-7', leaseMs);
    const response = await post('{"name":"t30"}');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe(retryAfter);
    expect(await response.json()).toEqual({
      error: `no new run may start while a deploy is under way; try again in ${retryAfter} s`,
      holders: ['deploy-7'],
    });
  });

  it('refuses a body that is too long', async () => {
    const response = await post(JSON.stringify({ name: 't30', more: 'x'.repeat(20_000) }));
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ error: 'the body must be at most 16384 bytes long' });
  });

  it('waits for no more of such a body, and closes the connection', async () => {
    const posting = request(url, { method: 'POST', headers: { 'Content-Length': '20000' } });
    posting.write('x'.repeat(16_385)); // and no more
    const [response] = (await once(posting, 'response')) as [IncomingMessage];
    expect([response.statusCode, response.headers.connection]).toEqual([413, 'close']);
    posting.destroy();
  });

  it('keeps the connection when it has read the whole of it', async () => {
    expect((await post('{}')).headers.get('connection')).toBe('keep-alive');
  });
});

describe('GET', () => {
  it('shows a person all deployments, without owners, addresses and domains', async () => {
    const text = await (await fetch(url)).text();
    expect(JSON.parse(text)).toHaveLength(13);
    expect(text).not.toMatch(/owner|@|\.example|redacted|rsv-/);
  });

  it('shows why a run failed', async () => {
    expect(await (await fetch(`${url}/ca0e1767a843ead8?pretty`)).json()).toMatchObject({
      name: 't06',
      status: 'failed',
      error: expect.stringContaining('catalyst-deployment-id=ca0e1767a843ead8') as string,
    });
  });

  it.each(['/none', '/3aa65cb3c3f7351d', '/..%2Fseed', '/a/b', '/'])('answers 404 to %s', async (path) => {
    expect((await fetch(url + path)).status).toBe(404);
  });

  it('answers 404 elsewhere', async () => {
    expect((await fetch(new URL('/', url))).status).toBe(404);
  });
});

it.each([
  ['DELETE', '', 'GET, HEAD, POST'],
  ['POST', '/ca0e1767a843ead8', 'GET, HEAD'],
  ['POST', '/in-flight-count', 'GET, HEAD'],
])('answers 405 to %s on %j', async (method, path, allow) => {
  const response = await fetch(url + path, { method });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe(allow);
});

it('keeps the cause of an error to itself', async () => {
  const logged = vi.spyOn(console, 'error').mockReturnValue();
  await catalyst.open();
  await rm(directory, { recursive: true });
  const response = await fetch(url);
  expect(response.status).toBe(500);
  expect(await response.text()).toBe('{"error":"internal error"}\n');
  expect(logged).toHaveBeenCalledTimes(1);
  logged.mockRestore();
});
