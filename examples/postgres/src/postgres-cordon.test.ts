import { createCordon, systemClock } from '@quietgate/core';
import { fc, test } from '@quietgate/testkit/property';
import { runs } from '@quietgate/testkit/property-runs';
import { describe, expect, it } from 'vitest';
import { CORDON_SCHEMA, createPostgresCordon, RunRefused } from './postgres-cordon.ts';
import { connect, connectInstead, createDatabase, untilLockIsAwaited } from '../test/database.ts';

/** No lock is given up before its test is. */
const PATIENT = { lockTimeoutMs: 3_600_000 };

/** A database whose clock stands still until the test moves it. */
async function connectOnClock() {
  const sql = await connectInstead(
    await createDatabase(),
    `create table clock as select timestamptz '2026-05-17' as now;
     create function clock_timestamp() returns timestamptz language sql as 'select now from clock';
     ${CORDON_SCHEMA}`,
  );
  const pass = async (ms: number) => {
    await sql`update clock set now = now + ${ms} * interval '1 ms'`;
  };
  return { sql, pass };
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

describe('a cordon in PostgreSQL', () => {
  let shared: ReturnType<typeof connectOnClock> | undefined;

  test.prop([fc.array(stepArb, { maxLength: 15 })], { numRuns: runs(30) })(
    'answers as one in memory does',
    async (steps) => {
      const { sql, pass } = await (shared ??= connectOnClock());
      await sql`truncate cordon_leases`;
      let now = 0;
      const limits = { maxUpMs: 10_000, restMs: 2_000 };
      const cordons = [
        createPostgresCordon(sql, limits),
        createCordon({ clock: { ...systemClock, now: () => now }, ...limits }),
      ];
      const raises = cordons.map(({ raise }) => numberIds(raise));
      for (const step of steps) {
        if ('ms' in step) {
          now += step.ms;
          await pass(step.ms);
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

  it('has no holder of the name of all', async () => {
    const { sql } = await connectOnClock();
    await expect(createPostgresCordon(sql).raise('*', 60_000)).rejects.toThrow('cordon_leases_holder_check');
  });

  it('reads the time when it has the lock, not when it began to wait for it', async () => {
    const { sql, pass } = await connectOnClock();
    const { raise } = createPostgresCordon(sql, PATIENT);
    const { id } = await raise('deploy-7', 1_000);
    const renewal = await sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock_shared('cordon_leases'::regclass::oid::bigint)`;
      const renewed = raise('deploy-7', 1_000, id);
      await untilLockIsAwaited(sql);
      await pass(1_000);
      return { renewed };
    });
    expect((await renewal.renewed).id).not.toBe(id);
  });

  it('is not held up by a transaction that was left open', async () => {
    const { sql } = await connectOnClock();
    const { admit, raise, lift, remainingMs } = createPostgresCordon(sql, { lockTimeoutMs: 50 });
    await admit(async () => {
      await expect(raise('deploy-7', 60_000)).rejects.toMatchObject({ code: '55P03' });
      expect(await admit(() => Promise.resolve('started'))).toBe('started');
      await lift('*');
    });
    expect(await remainingMs()).toBe(0);
  });

  it('says who holds it up, and for how long', async () => {
    const { sql } = await connectOnClock();
    const { admit, raise } = createPostgresCordon(sql);
    await raise('deploy-8', 60_000);
    await raise('deploy-7', 30_000);
    await expect(admit(() => Promise.resolve('started'))).rejects.toEqual(
      new RunRefused(60_000, ['deploy-7', 'deploy-8']),
    );
  });
});

const NO_LOCKS = `
  create function pg_advisory_xact_lock(bigint) returns void language sql as 'select';
  create function pg_advisory_xact_lock_shared(bigint) returns void language sql as 'select';`;

/**
 * A run and a deploy whose transactions are under way together: the run has found no lease when the deploy raises its
 * own. Returns how many runs the deploy counts under it, before it rolls.
 */
async function race(functions: string) {
  const url = await createDatabase();
  const sql = await connectInstead(url, `${functions} ${CORDON_SCHEMA}; create table runs (id text)`);
  const { admit, raise } = createPostgresCordon(sql, PATIENT);
  const { deploy } = await admit(async (tx) => {
    const over = new AbortController();
    const deploy = (async () => {
      await raise('deploy-7', 60_000);
      const [counted] = await sql<[{ runs: number }]>`select count(*)::int as runs from runs`;
      over.abort();
      return counted.runs;
    })();
    await Promise.race([deploy, untilLockIsAwaited(sql, over.signal)]);
    await tx`insert into runs values ('t13')`;
    return { deploy };
  });
  return deploy;
}

describe('a run that starts while a lease is raised', () => {
  it('is counted by the deploy', async () => {
    expect(await race('')).toBe(1);
  });

  it('would slip through without the lock', async () => {
    expect(await race(NO_LOCKS)).toBe(0);
  });

  it('is refused when it comes second, whatever isolation is the default', async () => {
    const url = await createDatabase();
    const sql = connect(url, { connection: { default_transaction_isolation: 'repeatable read' } });
    await sql.unsafe(CORDON_SCHEMA);
    const { admit } = createPostgresCordon(sql, PATIENT);
    const { run } = await sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock('cordon_leases'::regclass::oid::bigint)`;
      const run = admit(() => Promise.resolve('started')).catch((error: unknown) => error);
      await untilLockIsAwaited(sql);
      await tx`
        insert into cordon_leases (id, holder, up_since, ends_at)
        values ('1', 'deploy-7', clock_timestamp(), clock_timestamp() + interval '1 hour')`;
      return { run };
    });
    expect(await run).toMatchObject({ name: 'RunRefused', holders: ['deploy-7'] });
  });
});
