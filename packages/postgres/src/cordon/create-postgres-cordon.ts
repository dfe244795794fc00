import { type Cordon, CordonRefused, type Lease } from '@quietgate/core';
import {
  ALL_HOLDERS,
  checkDuration,
  checkFiniteMs,
  checkFunction,
  checkKind,
  checkOptions,
  markFates,
} from '@quietgate/core/internal';
import { databaseOf, type PostgresDatabase, type TransactionOf } from '../database/database-of.ts';
import { beginInTime, reach } from '../database/reach.ts';
import { admit } from './admit.ts';
import { type CordonLimits, liftLease, raiseLease, readFate, readState } from './cordon-table.ts';
import { enter } from './enter.ts';

/** Options of `createPostgresCordon`, with the meanings and defaults of `createCordon` where the names are the same. */
export interface PostgresCordonOptions {
  /** The longest that the cordon is up in a row, whoever renews, in milliseconds. @default 3_600_000 */
  readonly maxUpMs?: number | undefined;
  /** How long the cordon has to be down until a row is over, in milliseconds. @default 60_000 */
  readonly restMs?: number | undefined;
  /**
   * The longest that a run waits for leases and a lease for runs, in milliseconds: a transaction that was left open must
   * not block every start. Below the 5 s that `deployCordon` gives a cordon. @default 2_000
   */
  readonly lockTimeoutMs?: number | undefined;
}

/** The default of `lockTimeoutMs`. */
export const LOCK_TIMEOUT_MS = 2000;

/** A cordon that replicas share. Its methods work unbound. */
export interface PostgresCordon<Tx = unknown> extends Cordon {
  /**
   * Runs `work` in a transaction in which no lease lasts and none begins: the one door for whatever a restart would
   * destroy, a new run, a retry and a resume alike. It gets the driver's own transaction, and has to make the run visible to
   * listings: insert the record, and return. Deploys wait for it, and the database ends it when it is idle for 30 s.
   *
   * @throws RunRefused while the cordon is up, or when the lock of a lease was awaited for longer than `lockTimeoutMs`
   * @throws Error when the database does not get as far as `work` within 10 s
   */
  readonly admit: <T>(work: (tx: Tx) => T | Promise<T>) => Promise<T>;
  readonly raise: (holder: string, leaseMs: number, renews?: string) => Promise<Lease>;
  readonly lift: (holder: string) => Promise<void>;
  readonly remainingMs: () => Promise<number>;
  readonly holders: () => Promise<readonly string[]>;
}

/**
 * Makes a cordon over the table of `CORDON_SCHEMA`, which replicas share, with the rules of `createCordon`, on the
 * database's clock. A lease outlasts the processes of its server.
 *
 * Runs and leases are serialised by an advisory lock, which runs share and a lease has for itself. Without it two
 * transactions would pass each other: a run that saw no lease and a lease that saw no run, committed both.
 *
 * @param db a `Pool` of `pg`, or a client of `postgres`
 * @throws TypeError when `db` is neither, an option is of the wrong kind, or its name is unknown
 * @throws RangeError when a duration is out of its range
 *
 * @example
 * const cordon = createPostgresCordon(pool);
 * app.use(deployCordon({ cordon, authorize: process.env.CORDON_TOKEN ?? '' }));
 * // Where a run starts, with the pool's own client:
 * await cordon.admit((client) => client.query(`insert into jobs (id, status) values ($1, 'running')`, [id]));
 */
export function createPostgresCordon<Db extends PostgresDatabase>(
  db: Db,
  options: PostgresCordonOptions = {},
): PostgresCordon<TransactionOf<Db>> {
  const database = databaseOf(db);
  const limits = resolveOptions(options);
  const { lockTimeoutMs } = limits;
  const cordon: PostgresCordon<TransactionOf<Db>> = {
    async admit(work) {
      checkFunction('work', work);
      return beginInTime((signal, begin) =>
        admit(database, { lockTimeoutMs, signal }, async ({ native }) => {
          begin();
          return work(native);
        }),
      );
    },
    async raise(holder, leaseMs, renews = '') {
      checkKind('holder', holder, isHolderName, `a string other than ${JSON.stringify(ALL_HOLDERS)}`);
      checkFiniteMs('leaseMs', leaseMs);
      const request = { holder, leaseMs, renews, freshId: crypto.randomUUID() };
      const answer = await reach(database, (on) =>
        enter(on, { as: 'lease', lockTimeoutMs }, (tx) => raiseLease(tx, request, limits)),
      );
      if (answer instanceof CordonRefused) throw answer;
      return answer;
    },
    // Beside runs, so that an operator's way out is not held up by a transaction that was left open.
    async lift(holder) {
      checkKind('holder', holder, isString, 'a string');
      await reach(database, (on) => enter(on, { as: 'run', lockTimeoutMs }, (tx) => liftLease(tx, holder)));
    },
    remainingMs: async () => (await reach(database, readState)).remainingMs,
    holders: async () => (await reach(database, readState)).holders,
  };
  return markFates(cordon, (id) => reach(database, (on) => readFate(on, id)));
}

function resolveOptions(options: PostgresCordonOptions): CordonLimits & { readonly lockTimeoutMs: number } {
  checkOptions('options', options, 'an object', ['maxUpMs', 'restMs', 'lockTimeoutMs']);
  const { maxUpMs = 3_600_000, restMs = 60_000, lockTimeoutMs = LOCK_TIMEOUT_MS } = options;
  checkDuration('maxUpMs', maxUpMs, 1);
  checkDuration('restMs', restMs, 0);
  checkDuration('lockTimeoutMs', lockTimeoutMs, 1);
  return { maxUpMs, restMs, lockTimeoutMs };
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isHolderName(value: unknown): boolean {
  return isString(value) && value !== ALL_HOLDERS;
}
