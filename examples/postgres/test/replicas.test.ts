import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { IN_FLIGHT_COUNT_PATH, uncordon, waitForQuiet } from '@quietgate/core';
import { startServer } from '@quietgate/example-node-http/server-process';
import postgres from 'postgres';
import { afterAll, beforeEach, describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { CORDON_TOKEN } from './cluster.ts';

const REPLICA = fileURLToPath(new URL('../src/replica.ts', import.meta.url));
const DEPLOYMENTS = '/api/v1/deployments';
const LIMIT = { timeout: 60_000 };

const DATABASE_URL = inject('DATABASE_URL');
const [here = '', there = ''] = inject('replicas');
const sql = postgres(DATABASE_URL, { onnotice: () => undefined });

beforeEach(() => sql`truncate deployments, cordon_leases`);
afterAll(() => sql.end());

/** Starts one replica more, which lasts until the test ends. */
async function startReplica(STEP_MS: string) {
  const environment = { DATABASE_URL, PORT: '0', STEP_MS };
  const replica = await startServer(REPLICA, environment);
  onTestFinished(() => void replica.end('SIGKILL'));
  return replica;
}

const post = (url: string) =>
  fetch(url + DEPLOYMENTS, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"name":"t13"}',
  });

/** Starts a run, and returns where it is found. */
async function begin(url: string) {
  const response = await post(url);
  expect(response.status).toBe(202);
  const path = String(response.headers.get('location'));
  return { path, id: path.slice(DEPLOYMENTS.length + 1) };
}

const end = (url: string, path: string) => fetch(url + path, { method: 'DELETE' });

const find = async (url: string, path: string) => (await fetch(url + path)).json() as Promise<object>;

const count = async (url: string) => (await fetch(url + IN_FLIGHT_COUNT_PATH)).text();

const counted = (...ids: readonly string[]) => JSON.stringify({ count: ids.length, ids: ids.toSorted() });

describe('two replicas', () => {
  test('give the same answer, whoever runs what', async () => {
    const runs = [await begin(here), await begin(there), await begin(here)];
    const expected = counted(...runs.map(({ id }) => id));
    expect([await count(here), await count(there)]).toEqual([expected, expected]);
  });

  test('hold a request on one until a run ends on the other', async () => {
    const { path } = await begin(here);
    const held = request(there + IN_FLIGHT_COUNT_PATH, { headers: { Prefer: 'wait=25' } });
    const answered = once(held, 'response') as Promise<[IncomingMessage]>;
    await new Promise<void>((resolve) => held.end(resolve));
    await count(there); // sent later, so that the one before has come when it is answered
    expect((await end(here, path)).status).toBe(204);
    const [response] = await answered;
    expect(response.headers['preference-applied']).toBe('wait=25');
    expect(await json(response)).toEqual({ count: 0, ids: [] });
  });

  test('refuse runs while the deploy of either holds them off', async () => {
    const cordon = { token: CORDON_TOKEN, holder: 'deploy-7' };
    const result = await waitForQuiet({ url: here, cordon });
    expect(result).toMatchObject({ outcome: 'quiet', cordon: { up: true } });

    const refused = await post(there);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);
    expect(await refused.json()).toEqual({
      error: 'a deploy is about to restart the server, so no run starts now',
      holders: ['deploy-7'],
    });
    expect(await count(there)).toBe(counted());

    await uncordon({ url: there, ...cordon });
    expect((await post(here)).status).toBe(202);
  });

  test('refuse nonsense, and know what they have not', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const nonsense = { method: 'POST', headers, body: '{"name":"No Name"}' };
    expect((await fetch(here + DEPLOYMENTS, nonsense)).status).toBe(400);
    expect((await fetch(`${here}${DEPLOYMENTS}/unknown`)).status).toBe(404);
    expect((await end(here, `${DEPLOYMENTS}/unknown`)).status).toBe(404);
  });

  test('ask whoever starts a run to come back when a lease is waited for', async () => {
    await sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock('cordon_leases'::regclass::oid::bigint)`;
      const refused = await post(here);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    });
  });
});

describe('a replica', () => {
  test('that is killed leaves a run that counts until it has been silent for too long', async () => {
    const other = await begin(here);
    const victim = await startReplica('3600000');
    const { path, id } = await begin(victim.url);
    expect(await victim.end('SIGKILL')).toBe('SIGKILL');
    expect(await count(here)).toBe(counted(other.id, id));

    await sql`update deployments set heartbeat_at = heartbeat_at - interval '5 minutes' where id = ${id}`;
    expect([await count(here), await count(there)]).toEqual([counted(other.id), counted(other.id)]);
    expect(await find(here, path)).toMatchObject({ status: 'pending' });
  });

  test('that sees a run fall silent says that its process may still live', async () => {
    const { id } = await begin(here);
    const witness = await startReplica('3600000');
    await sql`update deployments set heartbeat_at = heartbeat_at - interval '5 minutes'`;
    expect(await count(witness.url)).toBe(counted());
    await vi.waitUntil(() => witness.output().includes(`run ${id} has been silent`), LIMIT);
  });

  test('that is told to end says that its runs have failed', async () => {
    const ended = await startReplica('3600000');
    const { path } = await begin(ended.url);
    expect(await ended.end('SIGTERM')).toBe(0);
    expect(await count(here)).toBe(counted());
    expect(await find(here, path)).toMatchObject({ status: 'failed' });
  });

  test('walks a run to its end', async () => {
    const quick = await startReplica('1');
    const { path } = await begin(quick.url);
    await vi.waitUntil(
      async () => 'ready' === ((await find(here, path)) as { status: string }).status,
      LIMIT,
    );
    expect(await count(here)).toBe(counted());
  });
});
