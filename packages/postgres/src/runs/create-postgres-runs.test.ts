import { RunRefused, systemClock } from '@quietgate/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  administer,
  CLOCK,
  connect,
  createDatabase,
  type Driver,
  DRIVERS,
  holdLock,
  instead,
  pass,
  untilLockIsAwaited,
} from '../../test/database.ts';
import { RUNS_SCHEMA } from '../schema.ts';
import { createPostgresRuns, type PostgresRunsOptions } from './create-postgres-runs.ts';

const LIMIT = { timeout: 60_000 };

const DRAIN = { maxWaitMs: 3_600_000 };

/** Two replicas, each with a pool of its own. */
async function startReplicas(driver: Driver, options: PostgresRunsOptions = {}, schema = RUNS_SCHEMA) {
  const url = await createDatabase(schema);
  const start = () => {
    const connected = connect(driver, url);
    const runs = createPostgresRuns(connected.db, options);
    onTestFinished(() => void runs.drain({ maxWaitMs: 1 }));
    return { ...connected, runs };
  };
  return { url, here: start(), there: start() };
}

type Replica = Awaited<ReturnType<typeof startReplicas>>['here'];

const idsAt = async ({ runs }: Replica) => Array.from(await runs.list(), ({ id }) => id).sort();

/** Resolves once a replica lists exactly these. */
const untilListed = (replica: Replica, ...ids: string[]) =>
  vi.waitUntil(async () => String(await idsAt(replica)) === String(ids), LIMIT);

describe.each(DRIVERS)('runs over $name', (driver) => {
  it('are counted by every replica from the commit of their begin to their end', async () => {
    const { here, there } = await startReplicas(driver);
    const t13 = await here.runs.begin('t13');
    const t17 = await there.runs.begin('t17');
    expect([t13.id, await idsAt(here), await idsAt(there)]).toEqual(['t13', ['t13', 't17'], ['t13', 't17']]);
    t13.end();
    await untilListed(there, 't17');
    t17[Symbol.dispose]();
    await untilListed(here);
  });

  it('tell subscribers of every replica when they begin and end', async () => {
    const { here, there } = await startReplicas(driver);
    const onChange = vi.fn();
    const unsubscribe = here.runs.subscribe(onChange);
    await vi.waitUntil(() => onChange.mock.calls.length === 1, LIMIT); // it listens
    const run = await there.runs.begin('t13');
    await vi.waitUntil(() => onChange.mock.calls.length === 2, LIMIT);
    run.end();
    await vi.waitUntil(() => onChange.mock.calls.length === 3, LIMIT);
    unsubscribe();
  });

  it('are refused while the cordon of any replica is up', async () => {
    const { here, there } = await startReplicas(driver);
    await there.runs.cordon.raise('deploy-7', 60_000);
    const error = await here.runs.begin('t13').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RunRefused);
    expect(error).toMatchObject({ reason: 'cordon', retryAfterMs: 30_000, holders: ['deploy-7'] });
    expect(await idsAt(here)).toEqual([]);
    await here.runs.cordon.lift('deploy-7');
    await here.runs.begin('t13');
  });

  it('are asked to come back in a second when they wait for a lease for too long', async () => {
    const { here, there } = await startReplicas(driver, { lockTimeoutMs: 50 });
    await holdLock(there, async () => {
      await expect(here.runs.begin('t13')).rejects.toMatchObject({ reason: 'cordon', retryAfterMs: 1_000 });
    });
  });

  it('wait for a lease for two seconds at most, where nothing else is said', async () => {
    const url = await createDatabase(
      instead(`
        create table seen (lock_timeout text);
        create function pg_advisory_xact_lock_shared(bigint) returns void language sql as
          $$ insert into seen select current_setting('lock_timeout') $$;
        ${RUNS_SCHEMA}`),
    );
    const { db, ask } = connect(driver, url);
    const runs = createPostgresRuns(db);
    (await runs.begin('t13')).end();
    await runs.cordon.admit(() => undefined);
    expect(await ask('select lock_timeout from seen')).toEqual(Array(2).fill({ lock_timeout: '2s' }));
    await runs.drain(DRAIN);
  });

  it('do not begin where there is no table, and leave nothing to be waited for', async () => {
    const { db } = connect(driver, await createDatabase());
    const runs = createPostgresRuns(db);
    await expect(runs.begin('t13')).rejects.toMatchObject({ code: '42P01' });
    expect(await runs.drain(DRAIN)).toMatchObject({ outcome: 'quiet' });
  });

  it('are waited for by the drain of their own process', async () => {
    const { here, there } = await startReplicas(driver);
    const run = await here.runs.begin('t13');
    await there.runs.begin('t17');
    expect(here.runs.closing.aborted).toBe(false);
    const drained = here.runs.drain(DRAIN);
    expect(here.runs.drain({ maxWaitMs: 1 })).toBe(drained);
    expect(here.runs.closing.aborted).toBe(true);
    await expect(here.runs.begin('t21')).rejects.toMatchObject({ name: 'RunRefused', reason: 'drain' });
    run.end();
    expect(await drained).toMatchObject({ outcome: 'quiet', lastSeen: { count: 0, ids: [] } });
    expect(await idsAt(here)).toEqual(['t17']);
    await there.runs.begin('t30');
  });

  it('that were about to begin when the drain did are waited for', async () => {
    const { here, there } = await startReplicas(driver, { lockTimeoutMs: 3_600_000 });
    const { begun, drained } = await holdLock(there, async () => {
      const begun = here.runs.begin('t13');
      await untilLockIsAwaited(there.ask);
      return { begun, drained: here.runs.drain(DRAIN) };
    });
    const run = await begun;
    let isOver = false;
    void drained.then(() => (isOver = true));
    expect([await idsAt(there), isOver]).toEqual([['t13'], false]);
    run.end();
    expect(await drained).toMatchObject({ outcome: 'quiet' });
  });

  it('are waited for until the database has taken their end', async () => {
    const onError = vi.fn();
    const { here, there } = await startReplicas(driver, { onError });
    const run = await here.runs.begin('t13');
    await there.ask('select 1 as one');
    await renameTable(there, 'quietgate_runs', 'elsewhere');
    run.end();
    const drained = here.runs.drain(DRAIN);
    await vi.waitUntil(() => onError.mock.calls.length === 1, LIMIT);
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ code: '42P01' }));
    await renameTable(there, 'elsewhere', 'quietgate_runs');
    expect(await drained).toMatchObject({ outcome: 'quiet' });
    expect(await idsAt(there)).toEqual([]);
    expect(onError).toHaveBeenCalledTimes(1);
  });

  it('have heartbeats while their process has any', async () => {
    const sleeps: number[] = [];
    let wake: () => void = () => undefined;
    const clock = {
      now: () => systemClock.now(),
      sleep: (ms: number) => {
        sleeps.push(ms);
        return new Promise<void>((resolve) => (wake = resolve));
      },
    };
    const { here } = await startReplicas(driver, { clock });
    const age = async () => {
      const [found] = await here.ask<{ age: number }>(
        'select extract(epoch from clock_timestamp() - heartbeat_at)::float8 as age from quietgate_runs',
      );
      return found?.age ?? NaN;
    };
    const run = await here.runs.begin('t13');
    expect(sleeps).toEqual([15_000]);
    await here.ask(`update quietgate_runs set heartbeat_at = heartbeat_at - interval '1 hour' returning run`);
    expect(await age()).toBeGreaterThan(3_599);
    wake();
    await vi.waitUntil(async () => (await age()) < 3_000, LIMIT);
    await vi.waitUntil(() => sleeps.length === 2, LIMIT);
    run.end();
    await untilListed(here);
    wake();
    await new Promise(setImmediate);
    expect(sleeps).toEqual([15_000, 15_000]);
  });

  it('that a standby has missed are put back with the next heartbeat', async () => {
    const { here, there } = await startReplicas(driver, { staleAfterMs: 1_000 });
    await here.runs.begin('t13');
    await there.ask('delete from quietgate_runs returning run');
    expect(await idsAt(there)).toEqual([]);
    await untilListed(there, 't13');
  });

  it('of processes that died long ago are removed by those that live', async () => {
    const { here, there } = await startReplicas(driver, { staleAfterMs: 1_000, onStale: () => undefined });
    await there.ask(`
      insert into quietgate_runs (run, id, heartbeat_at)
      select gen_random_uuid(), hours || ' h', clock_timestamp() - hours * interval '1 hour'
      from unnest(array[23, 25]) as hours returning run`);
    await here.runs.begin('t13');
    const stored = async () => {
      const found = await there.ask<{ id: string }>('select id from quietgate_runs');
      return found.map(({ id }) => id).sort();
    };
    await vi.waitUntil(async () => (await stored()).length === 2, LIMIT);
    expect(await stored()).toEqual(['23 h', 't13']);
  });

  it('are listened for no more when the drain is over', async () => {
    const { here, there } = await startReplicas(driver);
    const onChange = vi.fn();
    here.runs.subscribe(onChange);
    await vi.waitUntil(() => onChange.mock.calls.length === 1, LIMIT);
    const listeners = () =>
      there.ask(`
        select pid from pg_stat_activity
        where datname = current_database() and query ilike 'listen %' and pid <> pg_backend_pid()`);
    expect(await listeners()).toHaveLength(1);
    await here.runs.drain(DRAIN);
    await vi.waitUntil(async () => (await listeners()).length === 0, LIMIT);
  });

  it('no longer block when their process has shown no heartbeat for five minutes, twice', async () => {
    const onStale = vi.fn();
    const { here, there } = await startReplicas(driver, { onStale }, instead(`${CLOCK}; ${RUNS_SCHEMA}`));
    await there.ask(`
      insert into quietgate_runs (run, id) values (gen_random_uuid(), 't13'), (gen_random_uuid(), 't13')
      returning run`);
    await pass(here.ask, 299_999);
    expect(await idsAt(here)).toEqual(['t13', 't13']);
    await there.ask(`
      update quietgate_runs set heartbeat_at = clock_timestamp()
      where run = (select run from quietgate_runs limit 1) returning run`);
    await pass(here.ask, 1);
    await idsAt(here);
    await pass(here.ask, 30_000);
    await idsAt(here);
    await pass(here.ask, 30_000);
    expect(await idsAt(here)).toEqual(['t13']);
    expect(onStale.mock.calls).toEqual([[{ id: 't13' }]]);
    expect(await idsAt(there)).toEqual(['t13', 't13']); // which has not looked before
  });
});

/** Takes the table away, or puts it back. */
const renameTable = ({ url }: Replica, from: string, to: string) =>
  administer(`alter table ${from} rename to ${to}`, url);
