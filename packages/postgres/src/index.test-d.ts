import type { Pool, PoolClient } from 'pg';
import pg from 'pg';
import type { Sql, TransactionSql } from 'postgres';
import { expectTypeOf, test } from 'vitest';
import { applySchema, createPostgresCordon, listenForChanges } from './index.ts';

declare const pool: Pool;
declare const sql: Sql;

test('work gets the transaction of its own driver', () => {
  void createPostgresCordon(pool).admit((client) => {
    expectTypeOf(client).toEqualTypeOf<PoolClient>();
    return client.query('insert into jobs values ($1)', ['1']);
  });
  void createPostgresCordon(sql).admit((tx) => {
    expectTypeOf(tx).toEqualTypeOf<TransactionSql>();
    return tx`insert into jobs values (${'1'})`;
  });
});

test('a cordon resolves with what work returned', () => {
  expectTypeOf(createPostgresCordon(pool).admit(() => 7)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(createPostgresCordon(sql).admit(() => Promise.resolve('7'))).toEqualTypeOf<Promise<string>>();
});

test('a single client is none of the databases', () => {
  const client = new pg.Client();
  // @ts-expect-error runs that begin at the same time would share its transaction
  createPostgresCordon(client);
  // @ts-expect-error neither is one for the schema
  void applySchema(client);
  // @ts-expect-error an address is no pool
  void listenForChanges('postgres://127.0.0.1', 'runs');
});

test('an unknown option is an error', () => {
  // @ts-expect-error a misspelt name would be ignored
  createPostgresCordon(pool, { maxUp: 1000 });
  createPostgresCordon(pool, { maxUpMs: undefined });
});
