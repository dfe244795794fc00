import { IN_FLIGHT_STATUSES, STATUS_TABLE } from '@quietgate/core';
import type { Sql } from 'postgres';
import { expect, test } from 'vitest';
import { beat, CHANNEL, createTables, listInFlight, moveDeployments, selectInFlight } from './deployments.ts';
import { connect, createDatabase, untilLockIsAwaited } from '../test/database.ts';

/** A table with so many deployments of each status. */
async function connectToTable(each: number): Promise<Sql> {
  const sql = connect(await createDatabase());
  await createTables(sql);
  await sql`
    insert into deployments (id, name, status)
    select status || ' ' || number, 't13', status
    from unnest(${Object.keys(STATUS_TABLE)}::text[]) as status, generate_series(1, ${each}) as number`;
  return sql;
}

test('a listing reads the partial index, and no row that is not in flight', async () => {
  const sql = await connectToTable(10);
  await sql`
    insert into deployments (id, name, status)
    select number, 't13', 'ready' from generate_series(1, 20000) as number`;
  await sql`vacuum analyze deployments`;
  const [{ 'QUERY PLAN': plan }] = await sql<[{ 'QUERY PLAN': unknown }]>`
    explain (analyze, format json) ${selectInFlight(sql)}`;
  const text = JSON.stringify(plan);
  expect(text).toContain('"Index Name":"deployments_in_flight"');
  expect(text).not.toContain('Seq Scan');
  expect(text).toContain(`"Actual Rows":${10 * IN_FLIGHT_STATUSES.length}`);
});

test('a listing has the runs in flight, with how long they have been silent', async () => {
  const sql = await connectToTable(1);
  await sql`update deployments set heartbeat_at = heartbeat_at - interval '1 hour', adopted_at = '2026-05-17'`;
  const listed = await listInFlight(sql, new AbortController().signal);
  expect(new Set(listed.map(({ status }) => status))).toEqual(new Set(IN_FLIGHT_STATUSES));
  for (const { adoptedAt, silentMs } of listed) {
    expect(adoptedAt).toEqual(new Date('2026-05-17'));
    expect(silentMs).toBeGreaterThanOrEqual(3_600_000);
  }
});

test('a listing that is given up stops in the database, too', async () => {
  const sql = await connectToTable(1);
  await sql.begin(async (tx) => {
    await tx`lock table deployments`;
    const giveUp = new AbortController();
    const listing = listInFlight(sql, giveUp.signal);
    await untilLockIsAwaited(sql);
    giveUp.abort();
    await expect(listing).rejects.toMatchObject({ code: '57014' });
  });
});

test('notifies of each end of a run, and of nothing else', async () => {
  const sql = await connectToTable(1);
  const heard: string[] = [];
  let resolve: () => void = () => undefined;
  const over = new Promise<void>((isOver) => (resolve = isOver));
  await sql.listen(CHANNEL, (payload) => {
    heard.push(payload);
    if (payload === 'over') resolve();
  });
  const move = (status: string, to: string) => moveDeployments(sql, [`${status} 1`], [status], to);
  expect(await move('tofu-applying', 'phase1-watching')).toBe(1);
  await sql`update deployments set adopted_at = now() where status = 'flux-bootstrapping'`;
  await sql`delete from deployments where status = 'pending'`;

  await beat(sql, ['provisioning 1']);
  expect(await move('provisioning', 'tofu-applying')).toBe(1);
  expect(await move('phase1-watching', 'ready')).toBe(1);
  await sql`delete from deployments where status = 'ready'`;
  await sql.notify(CHANNEL, 'over');
  await over;
  expect(heard).toEqual(['', '', '', 'over']);
});

test('a step of a run that somebody has ended moves nothing', async () => {
  const sql = await connectToTable(1);
  expect(await moveDeployments(sql, ['wiped 1'], ['provisioning'], 'tofu-applying')).toBe(0);
});
