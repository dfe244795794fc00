import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { IN_FLIGHT_COUNT_PATH, IN_FLIGHT_STATUSES, uncordon, waitForQuiet } from '@quietgate/core';
import { bundled } from '@quietgate/testkit/bundled';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { selectInFlight } from './deployments.ts';

const programOf = (name: string) => bundled(fileURLToPath(new URL(name, import.meta.url)));
const CORDON_TOKEN = '0123456789abcdef';
const DEPLOYMENTS = '/api/v1/deployments';

/** A pace at which no run gets on while a test looks. */
const STILL = '3600000';

let here = '';
let there = '';
let sql: Sql;
let end: () => Promise<void>;

/* The one command of the README, which brings a PostgreSQL of its own. */
beforeAll(async () => {
  const [start, replica] = [await programOf('./start.ts'), await programOf('./replica.ts')];
  const command = fork(start, [replica], {
    env: { PATH: process.env['PATH'], PORT: '0', STEP_MS: STILL, CORDON_TOKEN },
    execArgv: [],
    silent: true,
  });
  const ended = once(command, 'close');
  end = async () => {
    command.kill('SIGTERM');
    await ended;
  };
  let output = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [command.stdout, command.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        [here = '', there = ''] = Array.from(
          output.matchAll(/^listening on (.*)\n/gm),
          ([, address = '']) => address,
        );
        if (there !== '') resolve();
      });
    }
    void ended.then(() => {
      reject(new Error(`the example did not start:\n${output}`));
    });
  });
  sql = postgres(String(/^DATABASE_URL=(.*)\n/m.exec(output)?.[1]), { onnotice: () => undefined });
}, 300_000);

afterAll(async () => {
  await sql.end();
  await end();
});

beforeEach(() => sql`truncate deployments, cordon_leases`);

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

const count = async (url: string) => (await (await fetch(url + IN_FLIGHT_COUNT_PATH)).json()) as object;

const counted = (...ids: readonly string[]) => ({ count: ids.length, ids: ids.toSorted() });

test('two replicas give the same answer, and one hears of a run that ends on the other', async () => {
  const { id, path } = await begin(here);
  expect([await count(here), await count(there)]).toEqual([counted(id), counted(id)]);
  const held = request(there + IN_FLIGHT_COUNT_PATH, { headers: { Prefer: 'wait=25' } });
  const answered = once(held, 'response') as Promise<[IncomingMessage]>;
  await new Promise<void>((resolve) => held.end(resolve));
  await count(there); // sent later, so that the one before has come when it is answered
  expect((await fetch(here + path, { method: 'DELETE' })).status).toBe(204);
  const [response] = await answered;
  expect(response.headers['preference-applied']).toBe('wait=25');
  expect(await json(response)).toEqual(counted());
});

test('two replicas refuse runs while the deploy of either keeps the cordon up', async () => {
  const cordon = { token: CORDON_TOKEN, holder: 'deploy-7' };
  const result = await waitForQuiet({ url: here, cordon });
  expect(result).toMatchObject({ outcome: 'quiet', cordon: { up: true } });
  const refused = await post(there);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);
  expect(await count(there)).toEqual(counted());
  await uncordon({ url: there, ...cordon });
  expect((await post(here)).status).toBe(202);
});

test('a listing reads the partial index, and no row that is not in flight', async () => {
  await sql`
    insert into deployments (id, name, status)
    select number || status, 't13', status
    from generate_series(1, 2000) as number, unnest(array['ready', 'failed', 'wiped', 'pending']) as status
    where status <> 'pending' or number <= 5`;
  await sql`vacuum analyze deployments`;
  const [{ 'QUERY PLAN': plan }] = await sql<[{ 'QUERY PLAN': unknown }]>`
    explain (analyze, format json) ${selectInFlight(sql)}`;
  const text = JSON.stringify(plan);
  expect(IN_FLIGHT_STATUSES).toContain('pending');
  expect(text).toContain('"Index Name":"deployments_in_flight"');
  expect(text).not.toContain('Seq Scan');
  expect(text).toContain('"Actual Rows":5');
});
