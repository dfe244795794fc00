import { randomUUID } from 'node:crypto';
import { IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import postgres from 'postgres';
import { createApp } from '../src/app.ts';
import { createTables, selectInFlight } from '../src/deployments.ts';
import { startCluster } from '@quietgate/testkit/embedded-cluster';

/* What an answer costs with fifty runs in flight in a large table, against a small one: with the index, and without. */
const IN_FLIGHT = 50;
const SMALL = 1e3;
const LARGE = 1e6;

const cluster = await startCluster();
try {
  const small = await serveTable(SMALL);
  const indexed = await serveTable(LARGE);
  const scanned = await serveTable(LARGE, 'drop index deployments_in_flight');
  const results = [
    await compare('with the index', small, indexed, 2001),
    await compare('without it', small, scanned, 51),
  ];
  for (const { close } of [small, indexed, scanned]) await close();
  console.table(results);
} finally {
  await cluster.stop();
}

type Served = Awaited<ReturnType<typeof serveTable>>;

/** How an answer from a large table compares with one from a small table. */
async function compare(name: string, small: Served, large: Served, answers: number) {
  const [least = NaN, most = NaN] = await measure([small.countUrl, large.countUrl], answers);
  return {
    name,
    'ms, small': least.toFixed(2),
    'ms, large': most.toFixed(2),
    ratio: (most / least).toFixed(2),
    'pages, small': await small.countPages(),
    'pages, large': await large.countPages(),
  };
}

/** A server whose table has so many rows, the last fifty of them in flight. */
async function serveTable(rows: number, change = '') {
  const name = randomUUID();
  const admin = postgres(cluster.url, { max: 1 });
  await admin`create database ${admin(name)}`;
  await admin.end();
  const sql = postgres(Object.assign(new URL(cluster.url), { pathname: name }).href);
  await createTables(sql);
  await sql.unsafe(change);
  await sql`
    insert into deployments (id, name, status)
    select md5(number::text), 't' || number,
      case when number > ${rows - IN_FLIGHT} then 'tofu-applying' else 'ready' end
    from generate_series(1, ${rows}) as number`;
  await sql`vacuum analyze deployments`;
  const app = await createApp(sql, { stepMs: 1000, logger: false });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const close = async () => {
    await app.close();
    await sql.end();
  };
  /** How many pages of 8 kB a listing looks at. */
  const countPages = async () => {
    const [explained] = await sql<[{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }]>`
      explain (analyze, buffers, format json) ${selectInFlight(sql)}`;
    const [{ Plan }] = explained['QUERY PLAN'];
    return (Plan['Shared Hit Blocks'] ?? NaN) + (Plan['Shared Read Blocks'] ?? NaN);
  };
  return { countUrl: address + IN_FLIGHT_COUNT_PATH, countPages, close };
}

/** The median time of an answer from each server, in milliseconds. They take turns, so that all see the same machine. */
async function measure(urls: readonly string[], answers: number): Promise<number[]> {
  const times: number[][] = urls.map(() => []);
  for (let answer = 0; answer < answers; answer++) {
    for (const [index, url] of urls.entries()) {
      const began = performance.now();
      const { count } = (await (await fetch(url)).json()) as { count: number };
      times[index]?.push(performance.now() - began);
      if (count !== IN_FLIGHT) throw new Error(`${url} counts ${count}`);
    }
  }
  return times.map((each) => each.sort((a, b) => a - b)[answers >> 1] ?? NaN);
}
