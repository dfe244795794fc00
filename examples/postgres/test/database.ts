import { randomUUID } from 'node:crypto';
import postgres, { type Options, type PostgresType, type Sql } from 'postgres';
import { inject, onTestFinished } from 'vitest';

/** Creates a database of the test's own, and returns its address. */
export async function createDatabase(): Promise<string> {
  const url = new URL(inject('DATABASE_URL'));
  const name = `test-${randomUUID()}`;
  const sql = postgres(url.href, { max: 1 });
  await sql`create database ${sql(name)}`;
  await sql.end();
  url.pathname = name;
  return url.href;
}

/** Connects to a database until the test ends. */
export function connect(url: string, options: Options<Record<string, PostgresType>> = {}): Sql {
  const sql = postgres(url, options);
  onTestFinished(() => sql.end({ timeout: 1 }));
  return sql;
}

/** Connects to where functions of PostgreSQL are replaced: what runs there takes those for the real ones. */
export async function connectInstead(url: string, functions: string): Promise<Sql> {
  const sql = connect(url, { connection: { search_path: 'instead, pg_catalog' } });
  await sql.unsafe(`create schema instead; ${functions}`);
  return sql;
}

/** Resolves once somebody in this database waits for a lock, or the signal aborts. */
export async function untilLockIsAwaited(sql: Sql, signal?: AbortSignal): Promise<void> {
  while (signal?.aborted !== true) {
    const [waiting] = await sql`
      select from pg_locks join pg_database on database = pg_database.oid
      where datname = current_database() and not granted`;
    if (waiting !== undefined) return;
  }
}
