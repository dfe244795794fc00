import { expect, it, onTestFinished, vi } from 'vitest';
import { type Connections, type Database, orAborted } from './database.ts';
import { beginInTime, reach } from './reach.ts';

const never = () => new Promise<never>(() => undefined);

/** A database whose pool, and whose connections apart from it, do what a test says. */
function databaseOf(byPool: () => Promise<unknown>, apart: () => Promise<unknown> = never, hasEnded = false) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const asked: string[] = [];
  const signals: (AbortSignal | undefined)[] = [];
  const connections = (name: string, answer: () => Promise<unknown>) => {
    const take = (what: string, signal?: AbortSignal) => {
      asked.push(`${name}: ${what}`);
      signals.push(signal);
      return answer() as Promise<never>;
    };
    return {
      query: (text, parameters, signal) => take(`${text} ${String(parameters)}`, signal),
      transaction: (_, signal) => take('transaction', signal),
    } satisfies Connections<unknown>;
  };
  const database: Database<unknown> = {
    ...connections('pool', byPool),
    apart: connections('apart', apart),
    listen: () => () => Promise.resolve(),
    hasEnded: () => hasEnded,
  };
  return { database, asked, signals };
}

const select = (on: Connections<unknown>) => on.query('select', ['1']);

const failing = (error: object) => () => Promise.reject(Object.assign(new Error('no'), error));

it('asks apart from the pool only what that has not answered within 1.5 s', async () => {
  const { database, asked, signals } = databaseOf(never, () => Promise.resolve('rows'));
  const answer = reach(database, select);
  await vi.advanceTimersByTimeAsync(1_499);
  expect(asked).toEqual(['pool: select 1']);
  await vi.advanceTimersByTimeAsync(1);
  expect(await answer).toBe('rows');
  expect(asked).toEqual(['pool: select 1', 'apart: select 1']);
  expect(signals.map((each) => each?.aborted)).toEqual([true, true]); // what the pool was asked is given up
  expect(vi.getTimerCount()).toBe(0);
});

it('takes what the pool answers late', async () => {
  let answer: (rows: string) => void = () => undefined;
  const { database, asked } = databaseOf(() => new Promise((resolve) => (answer = resolve)));
  const answered = reach(database, select);
  await vi.advanceTimersByTimeAsync(1_500);
  answer('rows');
  expect(await answered).toBe('rows');
  expect(asked).toHaveLength(2);
});

it('takes a failure of the statement, too, from whichever says it first', async () => {
  let fail: (error: unknown) => void = () => undefined;
  const { database } = databaseOf(() => new Promise((_, reject) => (fail = reject)));
  const answered = reach(database, select);
  await vi.advanceTimersByTimeAsync(1_500);
  const failed = Object.assign(new Error('no such table'), { code: '42P01' });
  fail(failed);
  await expect(answered).rejects.toBe(failed);
});

it.each([
  ['rows', () => Promise.resolve('rows'), false],
  ['what the database says is wrong', failing({ code: '42P01' }), false],
  ['that the pool has ended', failing({}), true],
  ['that the client has ended', failing({ code: 'CONNECTION_ENDED' }), false],
])('takes at once from the pool: %s', async (_, byPool, hasEnded) => {
  const { database, asked, signals } = databaseOf(byPool, never, hasEnded);
  const outcome = await reach(database, select).catch((error: unknown) => error);
  expect(outcome).toEqual(await byPool().catch((error: unknown) => error));
  expect(asked).toEqual(['pool: select 1']);
  expect(signals[0]?.aborted).toBe(true);
});

it('asks apart from the pool at once where that has lost its connection, and passes on what the pool said', async () => {
  const lost = failing({ code: 'ECONNRESET' });
  const other = databaseOf(lost, () => Promise.resolve('rows'));
  expect(await reach(other.database, select)).toBe('rows');
  const none = databaseOf(lost, failing({ code: 'ECONNREFUSED' }));
  await expect(reach(none.database, select)).rejects.toMatchObject({ code: 'ECONNRESET' });
});

it('gives up after ten seconds, or when it is told to', async () => {
  const { database, signals } = databaseOf(never);
  const unanswered = expect(reach(database, select)).rejects.toThrow(
    new Error('the database did not answer within 10 s'),
  );
  await vi.advanceTimersByTimeAsync(10_000);
  await unanswered;
  expect(signals.map((each) => each?.aborted)).toEqual([true, true]);
  const stop = new AbortController();
  const stopped = reach(database, select, stop.signal);
  stop.abort(new Error('nobody waits'));
  await expect(stopped).rejects.toThrow('nobody waits');
});

it('runs transactions in the same way', async () => {
  const { database, asked, signals } = databaseOf(() => Promise.resolve('done'));
  expect(await reach(database, (on) => on.transaction(never))).toBe('done');
  expect(asked).toEqual(['pool: transaction']);
  expect(signals[0]).toBeInstanceOf(AbortSignal);
});

it('gives up in ten seconds what has not begun, and nothing that has', async () => {
  databaseOf(never); // and its clock
  let aborted: AbortSignal | undefined;
  const given = beginInTime((signal) => {
    aborted = signal;
    return orAborted(never(), signal);
  });
  const refused = expect(given).rejects.toThrow(new Error('the database did not answer within 10 s'));
  let end: (result: string) => void = () => undefined;
  let isAborted = () => true;
  const begun = beginInTime((signal, begin) => {
    isAborted = () => signal.aborted;
    begin();
    return new Promise((resolve) => (end = resolve));
  });
  await vi.advanceTimersByTimeAsync(9_999);
  expect(aborted?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await refused;
  await vi.advanceTimersByTimeAsync(3_600_000);
  end('rows');
  expect([await begun, isAborted(), vi.getTimerCount()]).toEqual(['rows', false, 0]);
  const failed = new Error('no such table');
  await expect(beginInTime(() => Promise.reject(failed))).rejects.toBe(failed);
});
