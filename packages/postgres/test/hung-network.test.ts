import { systemClock } from '@quietgate/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { databaseOf } from '../src/database/database-of.ts';
import { createPostgresRuns } from '../src/runs/create-postgres-runs.ts';
import { applySchema } from '../src/schema.ts';
import { DRIVERS } from './database.ts';
import { idsOf, startOverLink } from './replicas.ts';

const LIMIT = { timeout: 60_000 };
const DRAIN = { maxWaitMs: 3_600_000 };
const UNANSWERED = 'the database did not answer within 10 s';

/** Lets all that waits for the database give up, or as much time pass as is said. */
async function letTimePass(work: () => Promise<unknown>, ms = 10_000): Promise<void> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], shouldAdvanceTime: true });
  onTestFinished(() => void vi.useRealTimers());
  await Promise.all([work(), vi.advanceTimersByTimeAsync(ms)]);
  vi.useRealTimers();
}

describe.each(DRIVERS)('on a network that hangs, with $name,', (driver) => {
  it('a begin is given up, and leaves nothing that blocks', async () => {
    const { link, runs, there } = await startOverLink(driver);
    await runs.list(); // connected
    link.hang();
    await letTimePass(() => expect(runs.begin('t13')).rejects.toThrow(UNANSWERED));
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
    const { cordon } = createPostgresRuns(there.db, { lockTimeoutMs: 100 }); // the lock is held for good
    await expect(cordon.raise('deploy-7', 60_000)).rejects.toMatchObject({ code: '55P03' });
    // What the database does by itself when the time is over.
    await there.ask(`
      select pg_terminate_backend(pid) from pg_stat_activity
      where state = 'idle in transaction' and datname = current_database()`);
    await there.runs.cordon.raise('deploy-7', 60_000);
    link.resume();
    leave();
  });

  it('the runs of a process whose pool hangs stay alive, are listed, and end', async () => {
    let beat: () => void = () => undefined;
    const clock = {
      now: () => systemClock.now(),
      sleep: () => new Promise<void>((resolve) => (beat = resolve)),
    };
    const { link, runs, there } = await startOverLink(driver, { clock });
    const ended = await runs.begin('t13');
    await runs.begin('t17');
    await there.ask(
      `update quietgate_runs set heartbeat_at = heartbeat_at - interval '1 hour' returning run`,
    );
    await Promise.all(Array.from({ length: 10 }, () => runs.list())); // no connection of the pool is left to be made
    link.hang('old');
    beat();
    ended.end();
    expect(await idsOf(runs)).toContain('t17');
    const fresh = `select id from quietgate_runs where heartbeat_at > clock_timestamp() - interval '30 min'`;
    await vi.waitUntil(async () => String(await there.ids()) === 't17', LIMIT);
    await vi.waitUntil(async () => (await there.ask(fresh)).length === 1, LIMIT);
  });

  it('the cordon of a process whose pool hangs comes up and down', async () => {
    const { link, runs, there } = await startOverLink(driver);
    await Promise.all(Array.from({ length: 10 }, () => runs.list())); // no connection of the pool is left to be made
    link.hang('old');
    await letTimePass(() => runs.cordon.raise('deploy-7', 60_000), 1_500);
    expect(await there.runs.cordon.holders()).toEqual(['deploy-7']);
    await letTimePass(() => runs.cordon.lift('deploy-7'), 1_500);
    expect(await there.runs.cordon.holders()).toEqual([]);
  });

  it('connections made apart from the pool are closed, those that hang too', async () => {
    const { link, db, there } = await startOverLink(driver);
    const { apart } = databaseOf(db);
    const untilNoneIsLeft = () => vi.waitUntil(async () => (await link.count()) === 0, LIMIT);
    await apart.query('select 1 as one');
    await untilNoneIsLeft();
    const stop = new AbortController();
    const hanging = apart.query('select 1 as one from pg_sleep(3600)', [], stop.signal);
    const sleepers = `from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`;
    await vi.waitUntil(async () => (await there.ask(`select pid ${sleepers}`)).length === 1, LIMIT);
    link.hang('old');
    stop.abort(new Error('nobody waits'));
    await expect(hanging).rejects.toThrow('nobody waits');
    await untilNoneIsLeft();
    await there.ask(`select pg_terminate_backend(pid) ${sleepers}`);
  });

  it('whoever asks for the cordon or the tables is told so, and its door opens again', async () => {
    const { link, db, runs, there } = await startOverLink(driver);
    const { id } = await runs.cordon.raise('deploy-7', 60_000);
    link.hang();
    await letTimePass(() =>
      Promise.all(
        [
          () => runs.cordon.raise('deploy-8', 60_000),
          () => runs.cordon.raise('deploy-7', 60_000, id),
          () => runs.cordon.lift('deploy-7'),
          runs.cordon.remainingMs,
          runs.cordon.holders,
          runs.list,
          () => runs.cordon.admit(() => 'started'),
          () => applySchema(db),
        ].map((ask) => expect(ask()).rejects.toThrow(UNANSWERED)),
      ),
    );
    expect(await there.runs.cordon.holders()).toEqual(['deploy-7']);
    link.resume();
    await there.runs.cordon.lift('*');
    await runs.begin('t13');
    expect(await there.ids()).toEqual(['t13']);
  });

  it('an end is taken once it is back', async () => {
    const clock = { now: () => systemClock.now(), sleep: () => new Promise<void>(setImmediate) };
    const { link, runs, there } = await startOverLink(driver, { clock });
    const run = await runs.begin('t13');
    link.hang();
    await letTimePass(() => {
      run.end();
      return Promise.resolve();
    });
    expect(await there.ids()).toEqual(['t13']);
    link.resume();
    expect(await runs.drain(DRAIN)).toMatchObject({ outcome: 'quiet' });
    expect(await there.ids()).toEqual([]);
  });
});
