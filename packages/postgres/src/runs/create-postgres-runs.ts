import { type Clock, createRuns, type Run, type Runs, systemClock } from '@quietgate/core';
import {
  checkDuration,
  checkFunction,
  checkKind,
  checkOptions,
  markAllInFlight,
  readConfirmMs,
} from '@quietgate/core/internal';
import { admit } from '../cordon/admit.ts';
import {
  createPostgresCordon,
  LOCK_TIMEOUT_MS,
  type PostgresCordon,
  type PostgresCordonOptions,
} from '../cordon/create-postgres-cordon.ts';
import { databaseOf, type PostgresDatabase, type TransactionOf } from '../database/database-of.ts';
import { inTime, reach } from '../database/reach.ts';
import { createRunsFeed } from './create-runs-feed.ts';
import { exceptStaleRuns } from './except-stale-runs.ts';
import { keepRuns } from './keep-runs.ts';
import { insertRuns, listRuns } from './runs-table.ts';

/** Options of `createPostgresRuns`; those of its cordon are among them. */
export interface PostgresRunsOptions extends PostgresCordonOptions {
  /**
   * How long the process of a run may show no heartbeat until the run no longer blocks, in milliseconds, from 1 to
   * 2,147,483,647. Heartbeats come every 15 s, or every quarter of this if that is less. @default 300_000
   */
  readonly staleAfterMs?: number | undefined;
  /**
   * For how long the same old heartbeat must have been seen before the run no longer blocks, in milliseconds, as for
   * `exceptStale`: a process or a database that was suspended has the time to show the next one. From 0 to `staleAfterMs`.
   * @default 60_000, or `staleAfterMs` if that is less
   */
  readonly confirmMs?: number | undefined;
  /**
   * Told once of each run that no longer blocks, since its process has shown no heartbeat; that process may still be alive.
   * What it throws is ignored. @default console.warn
   */
  readonly onStale?: ((run: { readonly id: string }) => void) | undefined;
  /**
   * Told when the database does not take a heartbeat or an end, or nothing can be listened to; once until it works again.
   * What it throws is ignored. @default console.warn
   */
  readonly onError?: ((error: unknown) => void) | undefined;
  /**
   * Where to listen for changes, if `db` leads through a pooler in transaction mode: a pool or client that leads to the
   * database itself. @default db
   */
  readonly listenOn?: PostgresDatabase | undefined;
  /** Where time comes from, for heartbeats, retries and the drain; staleness is measured by the database. @default systemClock */
  readonly clock?: Clock | undefined;
}

/** Runs that replicas share. Everything works unbound. */
export interface PostgresRuns<Tx = unknown> extends Runs {
  readonly begin: (id: string) => Promise<Run>;
  readonly during: <T>(id: string, work: (run: Run) => T | Promise<T>) => Promise<T>;
  readonly list: (context?: {
    readonly signal?: AbortSignal | undefined;
  }) => Promise<readonly { readonly id: string }[]>;
  readonly subscribe: (onChange: () => void) => () => void;
  readonly cordon: PostgresCordon<Tx>;
}

/**
 * Makes the object in which the replicas of a server keep what a restart would destroy: as `createRuns`, but over the table
 * of `RUNS_SCHEMA`. Each replica sees and counts the runs of all of them, and the cordon is up for all.
 *
 * `begin` is a transaction, and the run is counted from its commit on. `end` returns at once; the database is told until it
 * has taken it. While the process has runs, it shows heartbeats; the runs of one that died block for `staleAfterMs`. `drain`
 * waits for the runs of this process alone, and until the database has taken their ends.
 *
 * @param db a `Pool` of `pg`, or a client of `postgres`
 * @throws TypeError when `db` is neither, an option is of the wrong kind, or its name is unknown
 * @throws RangeError when a duration is out of its range
 *
 * @example
 * const pool = new Pool({ connectionString: process.env.DATABASE_URL });
 * await applySchema(pool);
 * const runs = createPostgresRuns(pool);
 * app.use(serveRuns({ runs, cordonToken: process.env.CORDON_TOKEN }));
 * app.post('/provision/:id', async (request, response) => {
 *   await runs.during(request.params.id, () => provision(request.params.id));
 *   response.sendStatus(204);
 * });
 */
export function createPostgresRuns<Db extends PostgresDatabase>(
  db: Db,
  options: PostgresRunsOptions = {},
): PostgresRuns<TransactionOf<Db>> {
  const database = databaseOf(db);
  const { listenOn, clock, staleAfterMs, confirmMs, onStale, onError, limits } = resolveOptions(db, options);
  const cordon = createPostgresCordon(db, limits);
  const { lockTimeoutMs = LOCK_TIMEOUT_MS } = limits;
  // The runs of this process: what its drain waits for.
  const own = createRuns({ clock });
  const keeper = keepRuns(database, { clock, staleAfterMs, onError });
  const feed = createRunsFeed(databaseOf(listenOn, 'listenOn'), onError);
  const inFlight = exceptStaleRuns({ staleAfterMs, confirmMs, onStale });

  const begin = async (id: string): Promise<Run> => {
    checkKind('id', id, isStorable, 'a text that PostgreSQL can store, without NUL and lone surrogates');
    const ownRun = own.begin(id);
    const stored = { run: crypto.randomUUID(), id };
    const commit: { wasSent?: true } = {};
    try {
      await inTime((signal) =>
        admit(database, { lockTimeoutMs, signal }, async (tx) => {
          await insertRuns(tx, [stored]);
          commit.wasSent = true; // next, once this returns
        }),
      );
    } catch (error) {
      if (commit.wasSent) keeper.remove(stored, 'uncertain', ownRun.end);
      else ownRun.end();
      throw error;
    }
    keeper.hasBegun(stored);
    let hasEnded = false;
    const end = () => {
      if (!hasEnded) keeper.remove(stored, 'inserted', ownRun.end);
      hasEnded = true;
    };
    return { id, end, [Symbol.dispose]: end };
  };

  return {
    begin,
    async during(id, work) {
      checkFunction('work', work);
      const run = await begin(id);
      try {
        return await work(run);
      } finally {
        run.end();
      }
    },
    list: async ({ signal } = {}) => markAllInFlight(inFlight(await reach(database, listRuns, signal))),
    subscribe: feed.subscribe,
    cordon,
    drain(given) {
      const drained = own.drain(given);
      // Wrong options begin no drain.
      if (own.closing.aborted) drained.then(feed.close, feed.close);
      return drained;
    },
    closing: own.closing,
  };
}

/** Whether it can be stored if it is an id at all. */
function isStorable(id: unknown): boolean {
  return typeof id !== 'string' || !(id.includes('\0') || /\p{Surrogate}/u.test(id));
}

type Resolved = Required<{ [Name in keyof PostgresRunsOptions]: NonNullable<PostgresRunsOptions[Name]> }>;

/** After how long without a heartbeat a run no longer blocks, when nothing else is said. */
export const DEFAULT_STALE_AFTER_MS = 300_000;

function resolveOptions(
  db: PostgresDatabase,
  options: PostgresRunsOptions,
): Omit<Resolved, 'maxUpMs' | 'restMs' | 'lockTimeoutMs'> & { readonly limits: PostgresCordonOptions } {
  checkOptions('options', options, 'an object', [
    'staleAfterMs',
    'confirmMs',
    'onStale',
    'onError',
    'listenOn',
    'clock',
    'maxUpMs',
    'restMs',
    'lockTimeoutMs',
  ]);
  const { staleAfterMs = DEFAULT_STALE_AFTER_MS, onStale = warnOfStale, onError = warn } = options;
  const { listenOn = db, clock = systemClock, maxUpMs, restMs, lockTimeoutMs } = options;
  checkDuration('staleAfterMs', staleAfterMs, 1);
  const confirmMs = readConfirmMs(options.confirmMs, { name: 'staleAfterMs', ms: staleAfterMs });
  checkFunction('onStale', onStale);
  checkFunction('onError', onError);
  const limits = { maxUpMs, restMs, lockTimeoutMs };
  return { listenOn, clock, staleAfterMs, confirmMs, onStale, onError, limits };
}

function warnOfStale({ id }: { readonly id: string }): void {
  console.warn(
    `quietgate: run ${JSON.stringify(id)} has shown no heartbeat for too long and no longer blocks; its process may still be alive`,
  );
}

function warn(error: unknown): void {
  console.warn('quietgate: the runs in PostgreSQL:', error);
}
