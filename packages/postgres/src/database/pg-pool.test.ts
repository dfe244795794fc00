import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import { databaseOfPool } from './pg-pool.ts';

const FAILED = Object.assign(new Error('no such table'), { code: '42P01' });
const LOST = new Error('ECONNRESET');

type Answer = (text: string) => Promise<unknown>;

const rowsOf = (...rows: object[]) => ({ rows: [[JSON.stringify(rows)]] });

/** Answers BEGIN, COMMIT and ROLLBACK as a database does, and everything else with no rows. */
const well: Answer = (text) => Promise.resolve({ command: text.toUpperCase(), ...rowsOf() });

class Client extends EventEmitter {
  readonly asked: string[] = [];
  readonly release = vi.fn();
  readonly end = vi.fn(() => Promise.resolve());
  readonly connect = vi.fn(() => Promise.resolve());
  unref = () => undefined;
  readonly answer: Answer;
  constructor(answer: Answer) {
    super();
    this.answer = answer;
  }
  query(query: string | { readonly text: string }) {
    const text = typeof query === 'string' ? query : query.text;
    this.asked.push(text);
    return this.answer(text);
  }
}

/** The database behind a pool with one connection, whose answers are given, and what its other connections are. */
function open(answer: Answer = well, options: object = {}) {
  const client = new Client(answer);
  const apart: Client[] = [];
  class Apart extends Client {
    constructor() {
      super(answer);
      apart.push(this);
    }
  }
  const connect = vi.fn(() => Promise.resolve(client));
  const pool = Object.assign(new EventEmitter(), { connect, Client: Apart, options, ending: false });
  return { pool, client, apart, database: databaseOfPool(pool) };
}

it.each<[string, Answer, boolean]>([
  ['keeps a connection whose statement was answered', () => Promise.resolve(rowsOf()), false],
  ['keeps one whose statement the database has failed', () => Promise.reject(FAILED), false],
  ['gives up one that was lost', () => Promise.reject(LOST), true],
])('%s', async (_, answer, isGivenUp) => {
  const { client, database } = open(answer);
  const outcome = await database.query('select').catch((error: unknown) => error);
  expect(outcome).toEqual(await answer('').then(() => [], Object));
  expect(client.release.mock.calls).toEqual([[isGivenUp]]);
});

it('has rows and statements without rows', async () => {
  const { client, database } = open(() => Promise.resolve({ command: 'COMMIT', ...rowsOf({ id: 't13' }) }));
  expect(await database.query('select id from runs')).toEqual([{ id: 't13' }]);
  await database.transaction((tx) => tx.execute('lock table runs'));
  expect(client.asked.slice(0, 3)).toEqual([
    expect.stringContaining('(select id from runs)'),
    'begin isolation level read committed',
    'lock table runs',
  ]);
});

it('hears of a connection that breaks while it has it, and not after', async () => {
  const { client, database } = open();
  await database.transaction(() => {
    client.emit('error', LOST); // which would end the process
    return Promise.resolve();
  });
  expect(client.listenerCount('error')).toBe(0);
});

it('commits what its work fulfilled with', async () => {
  const { client, database } = open();
  const work = vi.fn(({ native }: { readonly native: unknown }) => Promise.resolve(native === client));
  expect(await database.transaction(work)).toBe(true);
  expect(client.asked).toEqual(['begin isolation level read committed', 'commit']);
  expect(client.release.mock.calls).toEqual([[false]]);
});

it('rolls back what its work did before it threw, and keeps the connection', async () => {
  const { client, database } = open();
  const reason = new Error('no such template');
  await expect(database.transaction(() => Promise.reject(reason))).rejects.toBe(reason);
  expect(client.asked.at(-1)).toBe('rollback');
  expect(client.release.mock.calls).toEqual([[false]]);
});

it('gives up a connection that cannot roll back, and passes on what its work threw', async () => {
  const { client, database } = open((text) => (text === 'rollback' ? Promise.reject(LOST) : well(text)));
  const reason = new Error('no such template');
  await expect(database.transaction(() => Promise.reject(reason))).rejects.toBe(reason);
  expect(client.release.mock.calls).toEqual([[true]]);
});

it('says that nothing was committed after a statement that failed', async () => {
  const { client, database } = open(() => Promise.resolve({ command: 'ROLLBACK' }));
  await expect(database.transaction(() => Promise.resolve('begun'))).rejects.toThrow(
    'the transaction was rolled back, since one of its statements had failed',
  );
  expect(client.release.mock.calls).toEqual([[false]]);
});

it('gives up a connection that hangs, and puts one back that comes too late', async () => {
  const { client, pool, database } = open(() => new Promise(() => undefined));
  const stop = new AbortController();
  const hanging = database.query('select', [], stop.signal);
  await new Promise(setImmediate); // until it has been asked
  let come: (late: Client) => void = () => undefined;
  pool.connect.mockReturnValueOnce(new Promise((resolve) => (come = resolve)));
  const waiting = database.transaction(() => Promise.resolve(), stop.signal);
  const reason = new Error('nobody waits');
  stop.abort(reason);
  await expect(hanging).rejects.toBe(reason);
  await expect(waiting).rejects.toBe(reason);
  const late = new Client(well);
  come(late);
  await new Promise(setImmediate);
  expect([late.release.mock.calls, client.release.mock.calls]).toEqual([[[]], [[true]]]);
});

it('makes a connection apart from the pool for each question, and closes it', async () => {
  const { pool, apart, database } = open(() => Promise.resolve(rowsOf({ id: 't13' })));
  for (let asked = 1; asked <= 2; asked++) {
    expect(await database.apart.query('select')).toEqual([{ id: 't13' }]);
    expect(apart).toHaveLength(asked);
  }
  expect(pool.connect).not.toHaveBeenCalled();
  for (const { connect, end } of apart) {
    expect([connect.mock.calls.length, end.mock.calls.length]).toEqual([1, 1]);
  }
  expect(() => apart[0]?.emit('error', LOST)).not.toThrow();
});

it('sets up a connection apart from the pool as that does its own, before anything else is asked', async () => {
  const setUp = (by: string) => (client: Client) => client.query(`set search_path = ${by}`);
  const { pool, apart, database } = open(well, { onConnect: setUp('option') });
  pool.on('connect', (client: Client) => void setUp('event')(client));
  await database.apart.query('select');
  expect(apart[0]?.asked.slice(0, 2)).toEqual(['set search_path = option', 'set search_path = event']);
});

it('closes one that cannot be set up', async () => {
  const onConnect = () => Promise.reject(FAILED);
  const { apart, database } = open(well, { onConnect });
  await expect(database.apart.query('select')).rejects.toBe(FAILED);
  expect([apart[0]?.asked, apart[0]?.end.mock.calls.length]).toEqual([[], 1]);
});

it('has ended when its pool has', () => {
  const { pool, database } = open();
  expect(database.hasEnded()).toBe(false);
  pool.ending = true;
  expect(database.hasEnded()).toBe(true);
});
