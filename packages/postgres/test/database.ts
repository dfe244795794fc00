import { randomUUID } from 'node:crypto';
import pg, { type Pool } from 'pg';
import postgres, { type Sql } from 'postgres';
import { inject, onTestFinished } from 'vitest';
import { databaseOf } from '../src/database/database-of.ts';

/** Runs a statement in a test, and returns its rows. */
export type Ask = <Row>(text: string, parameters?: readonly string[]) => Promise<Row[]>;

/** What a test has of a driver. */
export interface Connected {
  readonly url: string;
  readonly db: Pool | Sql;
  readonly ask: Ask;
  /** Ends the pool, as its owner would. */
  readonly end: () => Promise<void>;
}

/** A driver that the package takes. */
export interface Driver {
  readonly name: string;
  /** Opens a pool, which the caller ends. */
  readonly open: (url: string) => Connected;
  /** Runs a statement in a transaction as its work gets it, and returns the rows. */
  readonly run: (native: unknown, text: string) => Promise<readonly object[]>;
}

export const DRIVERS: readonly Driver[] = [
  {
    name: 'pg',
    open(url) {
      const db = new pg.Pool({ connectionString: url });
      return { url, db, ask: (...statement) => databaseOf(db).query(...statement), end: () => db.end() };
    },
    run: async (native, text) => (await (native as pg.PoolClient).query<object>(text)).rows,
  },
  {
    name: 'postgres',
    open(url) {
      const db = postgres(url, { prepare: false, onnotice: () => undefined });
      return {
        url,
        db,
        ask: (...statement) => databaseOf(db).query(...statement),
        end: () => db.end({ timeout: 1 }),
      };
    },
    run: (native, text) => (native as Sql).unsafe<object[]>(text),
  },
];

/** Opens a pool until the test ends. */
export function connect({ open }: Driver, url: string): Connected {
  const connected = open(url);
  let ending: Promise<void> | undefined;
  const end = () => (ending ??= connected.end());
  onTestFinished(end);
  return { ...connected, end };
}

/** Runs statements in a database, on a connection of their own; by default in one that no test is about. */
export async function administer(statements: string, url: string = inject('DATABASE_URL')): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.query(statements);
  } finally {
    await client.end();
  }
}

/** Databases of tests that are over. To empty one is a fifth of the work of creating one. */
const idle: string[] = [];

/** Leaves nothing of what a test did in a database; fails where anybody is still connected. */
const EMPTY = `
  set search_path = pg_catalog;
  do $$
    declare left_over text;
    begin
      if exists (select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid())
      then raise exception 'still in use'; end if;
      for left_over in select nspname from pg_namespace where nspname !~ '^(pg_|information_schema$)' loop
        execute format('drop schema %I cascade', left_over);
      end loop;
      create schema public;
      execute format('alter database %I reset all', current_database());
    end
  $$`;

/** Creates a database of the test's own, in which statements are run first, and returns its address. */
export async function createDatabase(statements = ''): Promise<string> {
  const url = await openDatabase(statements);
  onTestFinished(() => void idle.push(url));
  return url;
}

/** As `createDatabase`, for several tests. */
export async function openDatabase(statements = ''): Promise<string> {
  const url = (await reuseDatabase()) ?? (await newDatabase());
  if (statements !== '') await administer(statements, url);
  return url;
}

async function reuseDatabase(): Promise<string | undefined> {
  for (;;) {
    const url = idle.shift();
    if (url === undefined) return undefined;
    const isEmpty = await administer(EMPTY, url).then(
      () => true,
      () => false,
    );
    if (isEmpty) return url;
  }
}

async function newDatabase(): Promise<string> {
  const url = new URL(inject('DATABASE_URL'));
  url.pathname = `test-${randomUUID()}`;
  await administer(`create database "${url.pathname.slice(1)}"`);
  return url.href;
}

/** Takes a database away, from those who use it as well. */
export async function takeAway(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await administer(`alter database "${name}" allow_connections false`);
  await administer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
}

/** Gives it back. */
export async function giveBack(url: string): Promise<void> {
  await administer(`alter database "${new URL(url).pathname.slice(1)}" allow_connections true`);
}

/** Has functions of PostgreSQL replaced in the database: what runs there treats those as the real ones. */
export function instead(functions: string): string {
  return `
    create schema instead;
    set search_path = instead, pg_catalog;
    ${functions};
    do $$ begin
      execute format('alter database %I set search_path = instead, pg_catalog', current_database());
    end $$;`;
}

/** A clock of the database that stands still until a test moves it. */
export const CLOCK = `
  create table clock as select timestamptz '2026-05-17' as now;
  create function clock_timestamp() returns timestamptz language sql as 'select now from clock'`;

/** Moves that clock. */
export async function pass(ask: Ask, ms: number): Promise<void> {
  await ask(`update clock set now = now + $1::text::float8 * interval '1 ms' returning now`, [String(ms)]);
}

/** Resolves once somebody in this database waits for a lock, or the signal aborts. */
export async function untilLockIsAwaited(ask: Ask, signal?: AbortSignal): Promise<void> {
  while (signal?.aborted !== true) {
    const waiting = await ask(`
      select 1 from pg_locks join pg_database on database = pg_database.oid
      where datname = current_database() and not granted`);
    if (waiting.length > 0) return;
  }
}

/** The address of the same database behind the pooler. */
export function behindPooler(url: string): string {
  const pooler = new URL(inject('POOLER_URL') ?? 'postgres://none');
  pooler.pathname = new URL(url).pathname;
  return pooler.href;
}

/** Does something while another transaction has the cordon for itself, as that of a lease would; then it commits. */
export function holdLock<T>(
  { db }: Connected,
  work: (insertLease: () => Promise<void>) => Promise<T>,
): Promise<T> {
  return databaseOf(db).transaction(async (tx) => {
    await tx.execute(`select pg_advisory_xact_lock('cordon_leases'::regclass::oid::bigint)`);
    return work(() =>
      tx.execute(`
        insert into cordon_leases (id, holder, up_since, ends_at)
        values ('1', 'deploy-7', clock_timestamp(), clock_timestamp() + interval '1 hour')`),
    );
  });
}
