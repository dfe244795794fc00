import type { Runs } from '@quietgate/core';
import { bundled } from '@quietgate/testkit/bundled';
import { start } from '@quietgate/testkit/processes';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createPostgresCordon } from '../src/cordon/create-postgres-cordon.ts';
import { createPostgresRuns, type PostgresRunsOptions } from '../src/runs/create-postgres-runs.ts';
import { RUNS_SCHEMA } from '../src/schema.ts';
import {
  administer,
  type Ask,
  connect,
  createDatabase,
  type Driver,
  DRIVERS,
  giveBack,
  takeAway,
} from './database.ts';
import { openLink } from './link.ts';

const LIMIT = { timeout: 60_000 };
const DRAIN = { maxWaitMs: 3_600_000 };

/** What a replica lists that nothing happens to. */
function witness(driver: Driver, url: string) {
  const { db, ask } = connect(driver, url);
  const runs = createPostgresRuns(db);
  return { url, db, ask, runs, ids: () => idsOf(runs) };
}

/** A replica whose network a test can break, and one to whom nothing happens. */
async function startOverLink(driver: Driver, options: PostgresRunsOptions = {}) {
  const url = await createDatabase(RUNS_SCHEMA);
  const link = await openLink(url);
  const { db, ask } = connect(driver, link.url);
  const runs = createPostgresRuns(db, { onError: () => undefined, ...options });
  onTestFinished(() => void runs.drain({ maxWaitMs: 1 }));
  return { link, runs, ask, there: witness(driver, url) };
}

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
        `create table inserted (lock_timeout text);
        create function note() returns trigger language plpgsql as $$
        begin insert into inserted values (current_setting('lock_timeout')); return null; end $$;
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
      expect(await there.ask('select lock_timeout from inserted')).toEqual([
        { lock_timeout: when === 'after' ? '0' : '2s' },
      ]);
    },
  );

  it('a network that hangs gives up a begin, which leaves nothing that blocks', async () => {
    const { link, runs, there } = await startOverLink(driver);
    await runs.list(); // connected
    link.hang();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const begun = runs.begin('t13');
    await Promise.all([
      expect(begun).rejects.toThrow('the database did not answer within 10 s'),
      vi.advanceTimersByTimeAsync(10_000),
    ]);
    vi.useRealTimers();
    link.resume();
    const run = await runs.begin('t17');
    expect(await there.ids()).toEqual(['t17']);
    run.end();
    expect(await runs.drain(DRAIN)).toMatchObject({ outcome: 'quiet' });
    // Nor does what hung keep the cordon from coming up.
    await there.runs.cordon.raise('deploy-7', 60_000);
  });

  it('a transaction that its process has left does not block a deploy for good', async () => {
    const { link, runs, there } = await startOverLink(driver);
    let leave: () => void = () => undefined;
    const limit = await new Promise((resolve) => {
      const left = runs.cordon.admit(async (tx) => {
        resolve(await driver.run(tx, 'show idle_in_transaction_session_timeout'));
        link.hang();
        await new Promise<void>((left) => (leave = left));
      });
      left.catch(() => undefined);
    });
    expect(limit).toEqual([{ idle_in_transaction_session_timeout: '30s' }]);
    await expect(there.runs.cordon.raise('deploy-7', 60_000)).rejects.toMatchObject({ code: '55P03' });
    // What the database does by itself when the time is over.
    await there.ask(`
      select pg_terminate_backend(pid) from pg_stat_activity
      where state = 'idle in transaction' and datname = current_database()`);
    await there.runs.cordon.raise('deploy-7', 60_000);
    link.resume();
    leave();
  });
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

async function idsOf(runs: Runs): Promise<string[]> {
  return Array.from(await runs.list(), ({ id }) => id);
}
