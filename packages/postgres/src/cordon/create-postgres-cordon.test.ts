import { createCordon } from '@quietgate/core';
import { fatesOf } from '@quietgate/core/internal';
import { createVirtualClock } from '@quietgate/core/testing';
import { fc, test } from '@quietgate/testkit/property';
import { runs } from '@quietgate/testkit/property-runs';
import { describe, expect, it } from 'vitest';
import {
  administer,
  CLOCK,
  connect,
  type Connected,
  createDatabase,
  type Driver,
  DRIVERS,
  holdLock,
  instead,
  pass,
  untilLockIsAwaited,
} from '../../test/database.ts';
import { CORDON_SCHEMA } from '../schema.ts';
import { createPostgresCordon } from './create-postgres-cordon.ts';

/** No lock is given up before its test is. */
const PATIENT = { lockTimeoutMs: 3_600_000 };

const T13 = `insert into runs values ('t13')`;

/** A database whose clock stands still until the test moves it. */
async function connectOnClock(driver: Driver): Promise<Connected> {
  return connect(driver, await createDatabase(instead(`${CLOCK}; ${CORDON_SCHEMA}`)));
}

type Raise = (holder: string, leaseMs: number, renews?: string) => unknown;

/** Numbers the ids of leases in the order of their appearance, so that those of two cordons can be compared. */
function numberIds(raise: Raise) {
  const ids: unknown[] = [];
  return async (holder: string, leaseMs: number, renews: number) => {
    try {
      const { id, ...lease } = (await raise(holder, leaseMs, ids[renews] as string | undefined)) as {
        id: string;
      };
      if (!ids.includes(id)) ids.push(id);
      return { ...lease, id: ids.indexOf(id) };
    } catch (error) {
      return error;
    }
  };
}

const holderArb = fc.constantFrom('a', 'b', 'C');
const stepArb = fc.oneof(
  fc.record({
    holder: holderArb,
    leaseMs: fc.constantFrom(1_000, 1_500, 4_000, 20_000),
    renews: fc.nat(4),
  }),
  fc.record({ lifts: fc.oneof(holderArb, fc.constant('*')) }),
  fc.record({ ms: fc.constantFrom(1, 499, 1_000, 1_999, 2_000, 9_000) }),
);

describe.each(DRIVERS)('a cordon over $name', (driver) => {
  let shared: ReturnType<typeof connectOnClock> | undefined;

  test.prop([fc.array(stepArb, { maxLength: 15 })], { numRuns: runs(20) })(
    'answers as one in memory does',
    async (steps) => {
      const { db, ask } = await (shared ??= connectOnClock(driver));
      await ask(`delete from cordon_leases returning id`);
      const clock = createVirtualClock();
      const limits = { maxUpMs: 10_000, restMs: 2_000 };
      const cordons = [createPostgresCordon(db, limits), createCordon({ clock, ...limits })];
      const raises = cordons.map(({ raise }) => numberIds(raise));
      for (const step of steps) {
        if ('ms' in step) {
          await clock.advance(step.ms);
          await pass(ask, step.ms);
        } else if ('lifts' in step) {
          for (const { lift } of cordons) await lift(step.lifts);
        } else {
          const { holder, leaseMs, renews } = step;
          const [granted, expected] = await Promise.all(
            raises.map((raise) => raise(holder, leaseMs, renews)),
          );
          expect(granted).toEqual(expected);
        }
        const [state, expected] = await Promise.all(
          cordons.map(async ({ remainingMs, holders }) => [await remainingMs(), await holders()]),
        );
        expect(state).toEqual(expected);
      }
    },
  );

  it('has a thousand leases at most, as one in memory does', async () => {
    const { db, ask } = await connectOnClock(driver);
    await ask(`
      insert into cordon_leases (id, holder, up_since, ends_at)
      select 'lease ' || n, 'holder ' || n, clock_timestamp(), clock_timestamp() + n * interval '1 min'
      from generate_series(1, 1000) as n returning id`);
    const { raise } = createPostgresCordon(db);
    await expect(raise('one more', 60_000)).rejects.toThrow(
      'there are 1000 leases already; it may be raised again in 60 s',
    );
    expect((await raise('holder 5', 60_000)).id).toBe('lease 5');
  });

  it('is up for no longer in a row than it may, to the millisecond', async () => {
    const { db, ask } = await connectOnClock(driver);
    const { raise } = createPostgresCordon(db, { maxUpMs: 10_000, restMs: 2_000 });
    await raise('a', 10_000);
    await pass(ask, 9_000);
    expect(await raise('b', 10_000)).toMatchObject({ leaseMs: 1_000 });
    await pass(ask, 1);
    await expect(raise('b', 10_000)).rejects.toThrow(
      'the cordon may be up for at most 10 s in a row; it may be raised again in 3 s',
    );
  });

  it('grants no renewal of a released lease until maxUpMs are over, whatever was raised meanwhile', async () => {
    const { db, ask } = await connectOnClock(driver);
    const { raise, lift } = createPostgresCordon(db, { maxUpMs: 10_000, restMs: 2_000 });
    const { id } = await raise('a', 1_000);
    await lift('a');
    await pass(ask, 9_000);
    await raise('b', 1_000);
    await expect(raise('a', 1_000, id)).rejects.toThrow(
      'this lease was released; it may be raised again in 1 s',
    );
    await pass(ask, 1_000);
    await raise('a', 1_000, id);
  });

  it('reads the time when it has the lock, not when it began to wait for it', async () => {
    const { url, db, ask } = await connectOnClock(driver);
    const other = connect(driver, url);
    const { raise } = createPostgresCordon(db, PATIENT);
    const { id } = await raise('deploy-7', 1_000);
    const { renewal } = await holdLock(other, async () => {
      const renewal = raise('deploy-7', 1_000, id);
      await untilLockIsAwaited(ask);
      await pass(ask, 1_000);
      return { renewal };
    });
    expect((await renewal).id).not.toBe(id);
  });

  it('lasts for as long as it was granted, however the session writes times', async () => {
    // Of which it cannot read the abbreviation, ChST; those of other zones mean several.
    const url = await createDatabase(`${CORDON_SCHEMA}
      do $$ begin
        execute format('alter database %I set datestyle = "SQL"', current_database());
        execute format('alter database %I set timezone = "Pacific/Guam"', current_database());
      end $$`);
    const { db } = connect(driver, url);
    const { raise, remainingMs } = createPostgresCordon(db);
    await raise('deploy-7', 3_600_000);
    expect(Math.ceil((await remainingMs()) / 3_600_000)).toBe(1);
  });

  it('knows nothing of a lease whose row is gone', async () => {
    const { db } = await connectOnClock(driver);
    expect(await fatesOf(createPostgresCordon(db))?.('of old')).toBeUndefined();
  });

  it('is not held up by a transaction that was left open', async () => {
    const { db } = await connectOnClock(driver);
    const { admit, raise, lift, remainingMs } = createPostgresCordon(db, { lockTimeoutMs: 50 });
    await admit(async () => {
      await expect(raise('deploy-7', 60_000)).rejects.toMatchObject({
        name: 'LockTimeout',
        code: '55P03',
        message: 'the cordon was locked for longer than 50 ms',
        cause: { code: '55P03' },
      });
      expect(await admit(() => 'started')).toBe('started');
      await lift('*');
    });
    expect(await remainingMs()).toBe(0);
  });

  it('leaves the limits of the work to the caller, as the session has them', async () => {
    const { db, ask } = connect(driver, await createDatabase(CORDON_SCHEMA));
    await ask(
      `select set_config('lock_timeout', '7s', false) as lock, set_config('statement_timeout', '8s', false)`,
    );
    const limits = () =>
      createPostgresCordon(db).admit((tx) =>
        driver.run(
          tx,
          `select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement`,
        ),
      );
    for (let times = 1; times <= 2; times++) {
      expect(await limits()).toEqual([{ lock: '7s', statement: '8s' }]);
    }
  });

  it('asks a run to come back in a second when the lock of a lease is awaited for too long', async () => {
    const { url, db } = await connectOnClock(driver);
    const other = connect(driver, url);
    const { admit } = createPostgresCordon(db, { lockTimeoutMs: 50 });
    await administer(
      `do $$ begin execute format('alter database %I set statement_timeout = 20', current_database()); end $$`,
      url,
    );
    await holdLock(other, async () => {
      await expect(admit(() => 'started')).rejects.toMatchObject({
        name: 'RunRefused',
        reason: 'cordon',
        retryAfterMs: 1_000,
        holders: [],
      });
    });
  });

  it('rolls back what work did before it threw, and passes on what it threw', async () => {
    const { db, ask } = connect(driver, await createDatabase(`${CORDON_SCHEMA} create table runs (id text)`));
    const { admit } = createPostgresCordon(db);
    const reason = new Error('no such template');
    const refused = admit(async (tx) => {
      await driver.run(tx, T13);
      throw reason;
    });
    await expect(refused).rejects.toBe(reason);
    await admit((tx) => driver.run(tx, T13));
    expect(await ask('select id from runs')).toEqual([{ id: 't13' }]);
  });

  it('does not pass off as done what a failed statement has rolled back', async () => {
    const { db, ask } = connect(
      driver,
      await createDatabase(`${CORDON_SCHEMA} create table runs (id text primary key)`),
    );
    const { admit } = createPostgresCordon(db);
    const started = admit(async (tx) => {
      await driver.run(tx, T13);
      await driver.run(tx, T13).catch(() => undefined);
    });
    await expect(started).rejects.toThrow();
    expect(await ask('select id from runs')).toEqual([]);
  });
});

const NO_LOCKS = `
  create function pg_advisory_xact_lock(bigint) returns void language sql as 'select';
  create function pg_advisory_xact_lock_shared(bigint) returns void language sql as 'select';`;

describe.each(DRIVERS)('a run over $name that starts while a lease is raised', (driver) => {
  /**
   * A run and a deploy whose transactions are under way together: the run has found no lease when the deploy raises its
   * own. Returns how many runs the deploy counts under it, before it rolls.
   */
  const race = async (functions: string) => {
    const url = await createDatabase(instead(`${functions} ${CORDON_SCHEMA} create table runs (id text)`));
    const { db, ask } = connect(driver, url);
    const { admit, raise } = createPostgresCordon(db, PATIENT);
    const { deploy } = await admit(async (tx) => {
      const over = new AbortController();
      const deploy = (async () => {
        await raise('deploy-7', 60_000);
        const [counted] = await ask<{ runs: number }>(`select count(*) as runs from runs`);
        over.abort();
        return counted?.runs;
      })();
      await Promise.race([deploy, untilLockIsAwaited(ask, over.signal)]);
      await driver.run(tx, T13);
      return { deploy };
    });
    return deploy;
  };

  it('is counted by the deploy', async () => {
    expect(await race('')).toBe(1);
  });

  it('would slip through without the lock', async () => {
    expect(await race(NO_LOCKS)).toBe(0);
  });

  it('is refused when it comes second, whatever isolation is the default', async () => {
    const url = await createDatabase(`${CORDON_SCHEMA}
      do $$ begin
        execute format('alter database %I set default_transaction_isolation = "repeatable read"',
          current_database());
      end $$`);
    const { db, ask } = connect(driver, url);
    const other = connect(driver, url);
    const { admit } = createPostgresCordon(db, PATIENT);
    const { run } = await holdLock(other, async (insertLease) => {
      const run = admit(() => 'started').catch((error: unknown) => error);
      await untilLockIsAwaited(ask);
      await insertLease();
      return { run };
    });
    expect(await run).toMatchObject({ name: 'RunRefused', holders: ['deploy-7'] });
  });
});
