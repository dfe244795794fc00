import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { CORDON_PATH } from '@quietgate/core';
import { describe, expect, test } from 'vitest';
import { MAX_BODY_BYTES } from './node-http/src/provisioning-api.ts';
import type { ServerEnvironment } from './node-http/src/server-process.ts';
import { startServer } from './node-http/src/server-process.ts';

/** A pace at which nothing gets on while a test looks. */
const STILL = { STEP_MS: '3600000', PORT: '0' };
const COUNT_PATH = '/api/v1/deployments/in-flight-count';

describe.each(['node-http', 'express', 'fastify', 'hono'])('examples/%s', (name) => {
  const entry = fileURLToPath(new URL(`${name}/src/main.ts`, import.meta.url));

  /** Runs the server, and takes it and what it wrote away again. */
  async function withServer(
    environment: ServerEnvironment,
    work: (url: string, kill: () => Promise<unknown>) => Promise<void>,
  ) {
    const server = await startServer(entry, { ...STILL, ...environment });
    try {
      await work(server.url, () => server.end('SIGTERM'));
    } finally {
      await server.end('SIGTERM');
    }
  }

  test('serves the seed records and starts runs', async () => {
    await withServer({}, async (url) => {
      const count = await fetch(url + COUNT_PATH);
      expect(count.headers.get('content-type')).toBe('application/json');
      expect(await count.text()).toBe(
        '{"count":4,"ids":["62de4745b783a6e3","65cd3375ad921eaf","8212b8573c38b3fc","bcc7cc2317f9633e"]}',
      );

      const deployments = `${url}/api/v1/deployments`;
      expect(await (await fetch(deployments)).json()).toHaveLength(13);
      const begun = await fetch(deployments, { method: 'POST', body: '{"name":"t30"}' });
      expect(begun.status).toBe(202);
      const location = begun.headers.get('location') ?? '';
      expect(await (await fetch(url + location)).json()).toMatchObject({ name: 't30', status: 'pending' });
      expect(await (await fetch(url + COUNT_PATH)).json()).toMatchObject({ count: 5 });
    });
  });

  test('refuses what it does not serve', async () => {
    await withServer({}, async (url) => {
      const deployments = `${url}/api/v1/deployments`;
      const post = async (body: string) => (await fetch(deployments, { method: 'POST', body })).status;
      expect(await post('{"name":"No Name"}')).toBe(400);
      const elsewhere = { 'Sec-Fetch-Site': 'cross-site' };
      const posted = await fetch(deployments, { method: 'POST', body: '{"name":"t30"}', headers: elsewhere });
      expect(posted.status).toBe(403);
      const garbled = await fetch(deployments, {
        method: 'POST',
        body: 'no gzip',
        headers: { 'Content-Encoding': 'gzip' },
      });
      expect(await garbled.json()).toHaveProperty('error');
      expect(garbled.status).toBe(400);
      expect(await post('x'.repeat(MAX_BODY_BYTES + 1))).toBe(413);
      expect((await fetch(`${deployments}/unknown`)).status).toBe(404);
      expect((await fetch(`${url}/other`)).status).toBe(404);
      expect((await fetch(deployments, { method: 'PUT' })).status).toBe(405);
      expect((await fetch(url + COUNT_PATH, { method: 'PUT', body: '{' })).status).toBe(405);
    });
  });

  test('starts no run while a deploy job holds off new ones', async () => {
    const CORDON_TOKEN = '0123456789abcdef';
    await withServer({ SEED: 'no', CORDON_TOKEN }, async (url) => {
      const cordon = (method: string, query: string, token = CORDON_TOKEN) =>
        fetch(`${url}${CORDON_PATH}?${query}`, { method, headers: { Authorization: `Bearer ${token}` } });
      const post = () => fetch(`${url}/api/v1/deployments`, { method: 'POST', body: '{"name":"t30"}' });
      expect((await cordon('PUT', 'holder=deploy-7&seconds=3600', 'another-token-of-its-own')).status).toBe(
        401,
      );
      expect((await cordon('PUT', 'holder=deploy-7&seconds=3600')).status).toBe(200);

      const refused = await post();
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);
      expect(await refused.json()).toEqual({
        error: 'a deploy is about to restart the server, so no run starts now',
        holders: ['deploy-7'],
      });
      expect(await (await fetch(url + COUNT_PATH)).json()).toMatchObject({ count: 0 });

      expect((await cordon('DELETE', 'holder=deploy-7')).status).toBe(200);
      expect((await post()).status).toBe(202);
    });
  });

  test('has no cordon without a token', async () => {
    // It is a path like any other then.
    await withServer({}, async (url) => {
      expect((await fetch(`${url}${CORDON_PATH}?holder=deploy-7&seconds=60`, { method: 'PUT' })).status).toBe(
        405,
      );
    });
  });

  test('answers whom it holds before it ends', async () => {
    await withServer({ SEED: 'no' }, async (url, kill) => {
      await fetch(`${url}/api/v1/deployments`, { method: 'POST', body: '{"name":"t30"}' });
      const held = request(url + COUNT_PATH, { headers: { Prefer: 'wait=25' } });
      const answered = once(held, 'response') as Promise<[IncomingMessage]>;
      await new Promise<void>((resolve) => held.end(resolve));
      await fetch(url + COUNT_PATH); // sent later, so that the one before has come when it is answered
      expect(await kill()).toBe('SIGTERM');
      const [response] = await answered;
      expect(await json(response)).toMatchObject({ count: 1 });
      expect(response.headers['preference-applied']).toBe('wait=25');
    });
  });

  test('keeps its records, and fails the runs that a restart destroyed', async () => {
    const directory = await mkdtemp(join(tmpdir(), `${name}-`));
    try {
      await withServer({ DATA_DIR: directory }, async (url, kill) => {
        await fetch(`${url}/api/v1/deployments`, { method: 'POST', body: '{"name":"t30"}' });
        expect(await kill()).toBe('SIGTERM');
      });
      await withServer({ DATA_DIR: directory }, async (url) => {
        expect(await (await fetch(url + COUNT_PATH)).text()).toBe('{"count":0,"ids":[]}');
        expect(await (await fetch(`${url}/api/v1/deployments`)).json()).toContainEqual(
          expect.objectContaining({ name: 't30', status: 'failed' }),
        );
      });
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('leaves out a run that shows no sign of life any more', async () => {
    const directory = await mkdtemp(join(tmpdir(), `${name}-`));
    const run = { id: 'a1', status: 'tofu-applying', heartbeatAt: '2026-05-17T13:02:11Z' };
    const path = join(directory, 'a1.json');
    try {
      // At the start it would be one that the restart has destroyed, if it could be read then.
      await writeFile(path, JSON.stringify(run).padEnd(4 * 1024 * 1024 + 1));
      await withServer({ DATA_DIR: directory }, async (url) => {
        expect((await fetch(url + COUNT_PATH)).status).toBe(503);
        await writeFile(path, JSON.stringify(run));
        expect(await (await fetch(url + COUNT_PATH)).text()).toBe('{"count":0,"ids":[]}');
      });
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('answers 500 when its store fails', async () => {
    const directory = await mkdtemp(join(tmpdir(), `${name}-`));
    await withServer({ DATA_DIR: directory }, async (url) => {
      await rm(directory, { recursive: true });
      const deployments = `${url}/api/v1/deployments`;
      expect((await fetch(deployments)).status).toBe(500);
      expect((await fetch(deployments, { method: 'POST', body: '{"name":"t30"}' })).status).toBe(500);
      expect((await fetch(url + COUNT_PATH)).status).toBe(503);
    });
  });

  test('says when its port is in use', async () => {
    await withServer({}, async (url) => {
      const { port } = new URL(url);
      await expect(startServer(entry, { ...STILL, PORT: port })).rejects.toThrow(
        `ended with 1 before it listened:\nport ${port} is in use`,
      );
    });
  });
});
