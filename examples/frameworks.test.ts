import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { CORDON_PATH } from '@quietgate/core';
import { bundled } from '@quietgate/testkit/bundled';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAX_BODY_BYTES } from './node-http/src/provisioning-api.ts';
import type { ServerEnvironment, ServerProcess } from './node-http/src/server-process.ts';
import { startServer } from './node-http/src/server-process.ts';

/** A pace at which nothing gets on while a test looks. */
const STILL = { STEP_MS: '3600000', PORT: '0' };
const COUNT_PATH = '/api/v1/deployments/in-flight-count';
const CORDON_TOKEN = '0123456789abcdef';

describe.each(['node-http', 'fastify', 'hono'])('examples/%s', (name) => {
  const source = fileURLToPath(new URL(`${name}/src/main.ts`, import.meta.url));
  let entry: string;
  beforeAll(async () => {
    entry = await bundled(source);
  });
  const start = (environment: ServerEnvironment) => startServer(entry, { ...STILL, ...environment });
  const inFlight = async (url: string) =>
    (await (await fetch(url + COUNT_PATH)).json()) as { count: number; ids: string[] };
  const post = (url: string, body = '{"name":"t30"}', headers = {}) =>
    fetch(`${url}/api/v1/deployments`, { method: 'POST', body, headers });

  describe('with the seed records', () => {
    let server: ServerProcess;
    let url: string;

    beforeAll(async () => {
      server = await start({ CORDON_TOKEN });
      ({ url } = server);
    });

    afterAll(() => server.end('SIGTERM'));

    test('counts them, and starts runs', async () => {
      const before = await inFlight(url);
      expect(before.ids).toEqual(
        expect.arrayContaining([
          '62de4745b783a6e3',
          '65cd3375ad921eaf',
          '8212b8573c38b3fc',
          'bcc7cc2317f9633e',
        ]),
      );
      expect((await fetch(url + COUNT_PATH)).headers.get('content-type')).toBe('application/json');
      const begun = await post(url);
      expect(begun.status).toBe(202);
      const location = begun.headers.get('location') ?? '';
      expect(await (await fetch(url + location)).json()).toMatchObject({ name: 't30', status: 'pending' });
      expect(await inFlight(url)).toMatchObject({ count: before.count + 1 });
      expect(await (await fetch(`${url}/api/v1/deployments`)).json()).toHaveLength(9 + before.count + 1);
    });

    test('refuses what it does not serve', async () => {
      const deployments = `${url}/api/v1/deployments`;
      expect((await post(url, '{"name":"No Name"}')).status).toBe(400);
      expect((await post(url, '{"name":"t30"}', { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
      const garbled = await post(url, 'no gzip', { 'Content-Encoding': 'gzip' });
      expect(await garbled.json()).toHaveProperty('error');
      expect(garbled.status).toBe(400);
      expect((await post(url, 'x'.repeat(MAX_BODY_BYTES + 1))).status).toBe(413);
      expect((await fetch(`${deployments}/unknown`)).status).toBe(404);
      expect((await fetch(`${url}/other`)).status).toBe(404);
      expect((await fetch(deployments, { method: 'PUT' })).status).toBe(405);
      expect((await fetch(url + COUNT_PATH, { method: 'PUT', body: '{' })).status).toBe(405);
    });

    test('starts no run while the cordon is up', async () => {
      const cordon = (method: string, query: string, token = CORDON_TOKEN) =>
        fetch(`${url}${CORDON_PATH}?${query}`, { method, headers: { Authorization: `Bearer ${token}` } });
      const raise = 'holder=deploy-7&seconds=3600';
      expect((await cordon('PUT', raise, 'another-token-of-its-own')).status).toBe(401);
      expect((await cordon('PUT', raise)).status).toBe(200);
      const before = await inFlight(url);

      const refused = await post(url);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);
      expect(await refused.text()).toContain(
        'no new run may start while a deploy is under way; try again in 30 s',
      );
      expect(await inFlight(url)).toEqual(before);

      expect((await cordon('DELETE', 'holder=deploy-7')).status).toBe(200);
      expect((await post(url)).status).toBe(202);
    });

    test('says when its port is in use', async () => {
      const { port } = new URL(url);
      await expect(start({ PORT: port })).rejects.toThrow(
        `ended with 1 before it listened:\nport ${port} is in use`,
      );
    });
  });

  test('answers whom it holds before it ends, keeps its records, and fails the runs that the restart destroyed', async () => {
    const directory = await mkdtemp(join(tmpdir(), `${name}-`));
    const environment = { DATA_DIR: directory, SEED: 'no' };
    const first = await start(environment);
    // Without a token, the cordon's path is a path like any other.
    const raised = await fetch(`${first.url}${CORDON_PATH}?holder=deploy-7&seconds=60`, { method: 'PUT' });
    expect(raised.status).toBe(405);
    await post(first.url);
    const held = request(first.url + COUNT_PATH, { headers: { Prefer: 'wait=25' } });
    const answered = once(held, 'response') as Promise<[IncomingMessage]>;
    await new Promise<void>((resolve) => held.end(resolve));
    await inFlight(first.url); // sent later, so that the one before has come when it is answered
    expect(await first.end('SIGTERM')).toBe('SIGTERM');
    const [response] = await answered;
    expect(await json(response)).toMatchObject({ count: 1 });
    expect(response.headers['preference-applied']).toBe('wait=25');

    const second = await start(environment);
    const deployments = `${second.url}/api/v1/deployments`;
    try {
      expect(await inFlight(second.url)).toEqual({ count: 0, ids: [] });
      expect(await (await fetch(deployments)).json()).toMatchObject([{ name: 't30', status: 'failed' }]);
      await rm(directory, { recursive: true });
      expect((await fetch(deployments)).status).toBe(500);
      expect((await post(second.url)).status).toBe(500);
    } finally {
      await second.end('SIGTERM');
    }
  });
});
