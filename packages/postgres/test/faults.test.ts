import { bundled } from '@quietgate/testkit/bundled';
import { start } from '@quietgate/testkit/processes';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createPostgresCordon } from '../src/cordon/create-postgres-cordon.ts';
import { createPostgresRuns } from '../src/runs/create-postgres-runs.ts';
import { RUNS_SCHEMA } from '../src/schema.ts';
import { administer, type Ask, connect, createDatabase, DRIVERS, giveBack, takeAway } from './database.ts';
import { idsOf, startOverLink, witness } from './replicas.ts';

const LIMIT = { timeout: 60_000 };
const DRAIN = { maxWaitMs: 3_600_000 };

const killOthers = (ask: Ask) =>
  ask(`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);

describe.each(DRIVERS)('with $name', (driver) => {
  it('a connection that breaks within the work of admit rejects, and harms nobody else', async () => {
    const url = await createDatabase(`${RUNS_SCHEMA} create table runs (id text)`);
    const { db, ask } = connect(driver, url);
    const { admit } = createPostgresCordon(db);
    for (const wait of [0, 1]) {
      const broken = admit(async (tx) => {
        await driver.run(tx, `insert into runs values ('t13')`);
        await killOthers(ask);
        await new Promise((resolve) => setTimeout(resolve, wait * 100)); // broken before the next query, or during it
        await driver.run(tx, `insert into runs values ('t13')`);
      });
      await expect(broken).rejects.toThrow();
    }
    for (const id of ['t17', 't18', 't19']) {
      await admit((tx) => driver.run(tx, `insert into runs values ('${id}')`));
    }
    expect(await ask('select id from runs')).toEqual([{ id: 't17' }, { id: 't18' }, { id: 't19' }]);
  });

  it('runs outlast the connections of their process', async () => {
    const { runs, there } = await startOverLink(driver);
    const run = await runs.begin('t13');
    await killOthers(there.ask);
    expect(await there.ids()).toEqual(['t13']);
    run.end();
    expect(await runs.drain(DRAIN)).toMatchObject({ outcome: 'quiet' });
    expect(await there.ids()).toEqual([]);
  });

  it('runs outlast a database that is away, and their ends reach it when it is back', async () => {
    const url = await createDatabase(RUNS_SCHEMA);
    const { db } = connect(driver, url);
    const onError = vi.fn();
    const runs = createPostgresRuns(db, { onError });
    const onChange = vi.fn();
    runs.subscribe(onChange);
    const [ended] = [await runs.begin('t13'), await runs.begin('t17')];
    await takeAway(url);
    await expect(runs.list()).rejects.toThrow();
    await expect(runs.begin('t21')).rejects.toThrow();
    ended.end();
    await vi.waitUntil(() => onError.mock.calls.length === 1, LIMIT);
    await giveBack(url);
    const changes = onChange.mock.calls.length;
    await vi.waitUntil(async () => String(await idsOf(runs)) === 't17', LIMIT);
    await vi.waitUntil(() => onChange.mock.calls.length > changes, LIMIT);
    await runs.drain({ maxWaitMs: 1 });
  });

  it.each(['before', 'after'] as const)(
    'a begin whose commit breaks off %s the database has it leaves nothing that blocks',
    async (when) => {
      const { link, runs, there } = await startOverLink(driver);
      await administer(
        `create table inserted (lock_timeout text, idle text);
        create function note() returns trigger language plpgsql as $$
        begin 
          insert into inserted
          values (current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'));
          return null;
        end $$;
        create trigger note after insert on quietgate_runs for each row execute function note()`,
        there.url,
      );
      await runs.list(); // connected
      const broken = link.breakAt('commit\0', when);
      const begun = runs.begin('t13');
      await broken;
      await expect(begun).rejects.toThrow();
      expect(await runs.drain(DRAIN)).toMatchObject({ outcome: 'quiet' });
      expect(await there.ids()).toEqual([]);
      // In a transaction of begin nothing limits the work; what makes sure that it is over has a limit.
      expect(await there.ask('select lock_timeout, idle from inserted')).toEqual([
        { lock_timeout: when === 'after' ? '0' : '2s', idle: '30s' },
      ]);
    },
  );
});

describe.each(DRIVERS)('a process with $name', (driver) => {
  let entry: string;
  beforeAll(async () => {
    entry = await bundled(fileURLToPath(new URL('./replica.ts', import.meta.url)));
  });

  const startReplica = async () => {
    const url = await createDatabase(RUNS_SCHEMA);
    const replica = start(process.execPath, [entry], { DATABASE_URL: url, DRIVER: driver.name });
    await replica.saw('begun');
    return { replica, there: witness(driver, url) };
  };

  it('that is killed leaves a run that blocks until its last heartbeat is old', async () => {
    const { replica, there } = await startReplica();
    replica.child.kill('SIGKILL');
    await replica.ended;
    expect(await there.ids()).toEqual(['t13']);
    await there.ask(`
      update quietgate_runs set heartbeat_at = heartbeat_at - interval '5 minutes' returning run`);
    const patient = createPostgresRuns(there.db, { confirmMs: 0, onStale: () => undefined });
    expect(await idsOf(patient)).toEqual([]);
  });

  it('ends when its pool has', async () => {
    const { replica } = await startReplica();
    replica.child.stdin.write('end\n');
    expect(await replica.ended).toEqual({ status: 0, stdout: 'begun\n', stderr: '' });
  });
});
