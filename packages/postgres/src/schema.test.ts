import pg from 'pg';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { administer, connect, createDatabase, DRIVERS, instead } from '../test/database.ts';
import { createPostgresRuns } from './runs/create-postgres-runs.ts';
import { applySchema, CHANGES_SCHEMA, CORDON_SCHEMA, RUNS_SCHEMA } from './schema.ts';

describe.each(DRIVERS)('the schema over $name', (driver) => {
  it('may be applied by several at once, and again, and keeps what is there', async () => {
    const url = await createDatabase();
    const { db } = connect(driver, url);
    const { db: other } = connect(driver, url);
    await Promise.all([db, other, db, other, db].map((each) => applySchema(each)));
    const runs = createPostgresRuns(db);
    const run = await runs.begin('t13');
    await applySchema(other);
    expect(Array.from(await runs.list())).toEqual([{ id: 't13' }]);
    run.end();
    await runs.drain({ maxWaitMs: 60_000 });
  });

  it('is not awaited by runs that begin while another replica applies it', async () => {
    const url = await createDatabase(RUNS_SCHEMA);
    const { db } = connect(driver, url);
    const { db: other } = connect(driver, url);
    const runs = createPostgresRuns(db, { lockTimeoutMs: 3_600_000 });
    await runs.cordon.admit(async (tx) => {
      await driver.run(tx, `insert into quietgate_runs (run, id) values (gen_random_uuid(), 't13')`);
      await applySchema(other);
    });
  });

  it('is not kept from the other replicas for good by one that hangs while it applies it', async () => {
    const url = await createDatabase(
      instead(`
        create table seen (idle text);
        create function pg_advisory_xact_lock(bigint) returns void language sql as
          $$ insert into seen select current_setting('idle_in_transaction_session_timeout') $$`),
    );
    const { db, ask } = connect(driver, url);
    await applySchema(db);
    expect(await ask('select idle from seen')).toEqual([{ idle: '30s' }]);
  });

  it('completes what a migration has applied in part', async () => {
    const url = await createDatabase(CORDON_SCHEMA);
    const { db } = connect(driver, url);
    await applySchema(db);
    const runs = createPostgresRuns(db);
    (await runs.begin('t13')).end();
    await runs.drain({ maxWaitMs: 60_000 });
  });
});

it('may be part of migrations, one text after another, and again', async () => {
  const url = await createDatabase();
  for (const text of [
    CORDON_SCHEMA,
    CHANGES_SCHEMA,
    RUNS_SCHEMA,
    RUNS_SCHEMA,
    CORDON_SCHEMA,
    CHANGES_SCHEMA,
  ]) {
    await administer(text, url);
  }
});

it('gives up a database that does not answer within 10 s, and the connection to it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const release = vi.fn();
  const hanging = { query: () => new Promise(() => undefined), release };
  const connect = () => Promise.resolve(Object.assign(new pg.Client(), hanging));
  const refused = expect(applySchema(Object.assign(new pg.Pool(), { connect }))).rejects.toThrow(
    'within 10 s',
  );
  await vi.advanceTimersByTimeAsync(10_000);
  await refused;
  expect(release.mock.calls).toEqual([[true]]);
});

it('wants a pool, and says what it got', async () => {
  for (const db of [undefined, null, 'postgres://127.0.0.1', {}]) {
    const got = db === null ? 'null' : typeof db;
    await expect(applySchema(db as never)).rejects.toThrow(
      new TypeError(`db must be a Pool of pg or a client of postgres, got ${got}`),
    );
  }
  await expect(applySchema(new pg.Client() as never)).rejects.toThrow('got a single Client of pg');
});
