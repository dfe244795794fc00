import pg from 'pg';
import postgres from 'postgres';
import { expect, it, vi } from 'vitest';
import { databaseOf } from './database-of.ts';

const call = () => undefined;
const POOL = { connect: call, on: call, Client: call, totalCount: 0 };

const without = (name: keyof typeof POOL) => ({ ...POOL, [name]: undefined });

const clientWith = (...methods: string[]) =>
  Object.assign(() => undefined, Object.fromEntries(methods.map((name) => [name, call])));

it.each<[string, unknown, string]>([
  ['a text', 'postgres://127.0.0.1', 'string'],
  ['null', null, 'null'],
  ['a pool that cannot connect', without('connect'), 'object'],
  ['a pool that has no events', without('on'), 'object'],
  ['a pool that cannot make a client of its own', without('Client'), 'object'],
  ['what counts no clients', without('totalCount'), 'object'],
  ['a function', call, 'function'],
  ['a client that cannot listen', clientWith('begin', 'unsafe'), 'function'],
  ['a client without statements', clientWith('begin', 'listen'), 'function'],
  ['a client without transactions', clientWith('unsafe', 'listen'), 'function'],
  ['what can only ask', { query: call }, 'object'],
  ['a client', new pg.Client(), 'a single Client of pg, whose one transaction all would share'],
])('refuses %s, and says what it got', (_, db, got) => {
  expect(() => databaseOf(db as never)).toThrow(
    new TypeError(`db must be a Pool of pg or a client of postgres, got ${got}`),
  );
});

it('is one for all parts that use a pool or a client', () => {
  const pool = new pg.Pool();
  const sql = postgres();
  expect(databaseOf(pool)).toBe(databaseOf(pool));
  expect(databaseOf(sql)).toBe(databaseOf(sql));
});

it('keeps an idle connection that breaks from ending the process', () => {
  const pool = new pg.Pool();
  const listeners = vi.spyOn(pool, 'on');
  databaseOf(pool);
  expect(listeners.mock.calls.map(([event]) => event)).toEqual(['error']);
  expect(() => pool.emit('error', new Error('ECONNRESET'), undefined as never)).not.toThrow();
});
