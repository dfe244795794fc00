import { describeKind, isFunction, isObject } from '@quietgate/core/internal';
import type { Database } from './database.ts';
import { databaseOfPool } from './pg-pool.ts';
import type { PgPool } from './pg-shapes.ts';
import { databaseOfClient, type PostgresClient } from './postgres-client.ts';

/**
 * Where the tables are: a `Pool` of `pg`, or a client that `postgres()` made. A single `Client` of `pg` is none, since
 * runs that begin at the same time would share its transaction.
 */
export type PostgresDatabase = PgPoolLike | PostgresClientLike;

/** What tells a `Pool` of `pg` from anything else, by type. */
export interface PgPoolLike {
  connect: {
    (): Promise<object>;
    (callback: (...answer: never[]) => void): void;
  };
  readonly totalCount: number;
  readonly ending: boolean;
}

/** What tells a client of `postgres` from anything else, by type. */
export interface PostgresClientLike {
  begin: {
    (work: (tx: object) => unknown): Promise<unknown>;
    (options: string, work: (tx: object) => unknown): Promise<unknown>;
  };
  unsafe(text: string): unknown;
  listen(channel: string, onNotification: (payload: string) => void): unknown;
}

/** The driver's own transaction: a `PoolClient` of `pg`, or a `TransactionSql` of `postgres`. */
export type TransactionOf<Db extends PostgresDatabase> = Db extends {
  connect: { (): Promise<infer Client>; (callback: (...answer: never[]) => void): void };
}
  ? Client
  : Db extends {
        begin: {
          (work: (tx: infer Tx) => unknown): Promise<unknown>;
          (options: string, work: (tx: object) => unknown): Promise<unknown>;
        };
      }
    ? Tx
    : never;

/** One for each pool or client, however many parts use it. */
const databases = new WeakMap<object, Database<unknown>>();

/**
 * What is asked of a driver, by what the caller has of it.
 *
 * @param name of the option or parameter that it came by, for the message
 * @throws TypeError when it is neither a `Pool` of `pg` nor a client of `postgres`
 */
export function databaseOf<Db extends PostgresDatabase>(db: Db, name = 'db'): Database<TransactionOf<Db>> {
  const found = databases.get(db) ?? adapt(db, name);
  databases.set(db, found);
  return found as Database<TransactionOf<Db>>;
}

function adapt(db: unknown, name: string): Database<unknown> {
  if (isClientOfPostgres(db)) return databaseOfClient(db);
  if (isPool(db)) return databaseOfPool(db);
  throw new TypeError(
    `${name} must be a Pool of pg or a client of postgres, got ${isClientOfPg(db) ? 'a single Client of pg, whose one transaction all would share' : describeKind(db)}`,
  );
}

function isClientOfPostgres(db: unknown): db is PostgresClient {
  if (!isFunction(db)) return false;
  const { begin, unsafe, listen } = db as Partial<PostgresClient>;
  return [begin, unsafe, listen].every(isFunction);
}

function isPool(db: unknown): db is PgPool {
  if (!isObject(db)) return false;
  const { connect, on, Client, totalCount } = db as Partial<PgPool> & { readonly totalCount?: unknown };
  return [connect, on, Client].every(isFunction) && typeof totalCount === 'number';
}

function isClientOfPg(db: unknown): boolean {
  const { connect, query } = Object(db) as { readonly connect?: unknown; readonly query?: unknown };
  return isFunction(connect) && isFunction(query);
}
