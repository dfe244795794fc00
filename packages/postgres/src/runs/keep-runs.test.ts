import { createVirtualClock } from '@quietgate/core/testing';
import { expect, it, vi } from 'vitest';
import type { Database } from '../database/database.ts';
import { keepRuns } from './keep-runs.ts';
import type { OwnRun } from './runs-table.ts';

const HEARTBEAT_MS = 15_000;
const RETRY_MS = 1_000;

const [a, b] = ['a', 'b'].map((id) => ({ run: `run ${id}`, id })) as [OwnRun, OwnRun];

type Statement = 'beat' | 'insert' | 'remove' | 'forget'; // of runs of the dead, by how old they are

function statementOf(text: string): Statement {
  if (text.includes('update')) return 'beat';
  if (text.includes('insert')) return 'insert';
  return text.includes('using') ? 'remove' : 'forget';
}

/** A keeper over a database that does what a test says. */
function keep(staleAfterMs = 300_000) {
  const clock = createVirtualClock({ autoAdvance: false });
  const asked: [statement: Statement, ids: string][] = [];
  const answers: Partial<Record<Statement, () => Promise<unknown[]>>> = {};
  const query = <Row>(text: string, [given = ''] = [] as readonly string[]) => {
    const statement = statementOf(text);
    const runs = statement === 'forget' ? [] : (JSON.parse(given) as OwnRun[]);
    asked.push([statement, statement === 'forget' ? given : runs.map(({ id }) => id).join()]);
    return (answers[statement]?.() ?? Promise.resolve(runs)) as Promise<Row[]>;
  };
  const database: Database<unknown> = {
    query,
    transaction: (work) => work({ native: undefined, query, execute: () => Promise.resolve() }),
    get apart() {
      return database;
    },
    listen: () => () => Promise.resolve(),
    hasEnded: () => false,
  };
  const onError = vi.fn();
  const keeper = keepRuns(database, { clock, staleAfterMs, onError });
  const pass = async (ms: number) => {
    await new Promise(setImmediate); // what was begun
    await clock.advance(ms);
    await new Promise(setImmediate);
  };
  const told = (statement: Statement) => asked.filter(([each]) => each === statement).map(([, ids]) => ids);
  return { ...keeper, clock, answers, onError, pass, told };
}

/** What rejects in turn, and then works. */
function failing(error: object, times: number) {
  let failures = 0;
  return () =>
    failures < times
      ? Promise.reject(Object.assign(new Error(`failure ${++failures}`), error))
      : Promise.resolve([]);
}

it('shows heartbeats of the runs that have not ended, and begins to again after there was none', async () => {
  const { hasBegun, remove, pass, told } = keep();
  hasBegun(a);
  hasBegun(b);
  remove(a, 'inserted', () => undefined);
  await pass(HEARTBEAT_MS);
  expect(told('beat')).toEqual(['b']);
  remove(b, 'inserted', () => undefined);
  await pass(HEARTBEAT_MS);
  hasBegun(a);
  await pass(HEARTBEAT_MS);
  expect([told('beat'), told('insert')]).toEqual([['b', 'a'], []]);
});

it('shows them four times within a short staleAfterMs', async () => {
  const { hasBegun, pass, told } = keep(4_000);
  hasBegun(a);
  await pass(999);
  expect(told('beat')).toEqual([]);
  await pass(1);
  expect(told('beat')).toEqual(['a']);
});

it.each([
  [300_000, '86400000'],
  [50_000_000, '100000000'],
])('keeps the runs of the dead for a day, or twice a staleAfterMs of %i ms', async (staleAfterMs, keptMs) => {
  const { hasBegun, pass, told } = keep(staleAfterMs);
  hasBegun(a);
  await pass(HEARTBEAT_MS);
  expect(told('forget')).toEqual([keptMs]);
});

it('removes runs that end together at once, but puts back first those that may be inserted still', async () => {
  const { remove, pass, told } = keep();
  const onRemoved = vi.fn();
  const c = { run: 'run c', id: 'c' };
  remove(a, 'inserted', onRemoved);
  remove(c, 'uncertain', onRemoved);
  remove(b, 'inserted', onRemoved);
  await pass(0);
  expect([told('remove'), told('insert')]).toEqual([['a,b', 'c'], ['c']]);
  expect(onRemoved).toHaveBeenCalledTimes(3);
});

it('tells of the first failure, and of the next one after a success', async () => {
  const { remove, pass, answers, onError, told } = keep();
  const onRemoved = vi.fn();
  for (const times of [1, 2]) {
    answers.remove = failing({ code: '42P01' }, 2);
    remove(a, 'inserted', onRemoved);
    await pass(RETRY_MS);
    expect(onRemoved).toHaveBeenCalledTimes(times - 1);
    await pass(RETRY_MS);
    expect([onRemoved.mock.calls.length, onError.mock.calls.length]).toEqual([times, times]);
  }
  expect(told('remove')).toHaveLength(6);
  expect(onError.mock.calls.map(([error]) => String(error))).toEqual([
    'Error: failure 1',
    'Error: failure 1',
  ]);
});

it('asks nothing more of a pool that has ended', async () => {
  const { hasBegun, remove, pass, answers, onError, told, clock } = keep();
  hasBegun(b);
  answers.remove = failing({ code: 'CONNECTION_ENDED' }, Infinity);
  remove(a, 'inserted', () => undefined);
  await pass(0);
  expect(clock.pending).toBe(1); // the heartbeat, which finds nothing left
  await pass(HEARTBEAT_MS);
  expect([told('remove'), told('beat'), clock.pending]).toEqual([['a'], [], 0]);
  expect(onError).not.toHaveBeenCalled();
});

it('removes at once what ended while others were removed', async () => {
  const { remove, pass, answers, told } = keep();
  let answer: (rows: []) => void = () => undefined;
  answers.remove = () => new Promise((resolve) => (answer = resolve));
  remove(a, 'inserted', () => undefined);
  await pass(0);
  remove(b, 'inserted', () => undefined);
  answer([]);
  await pass(0);
  expect(told('remove')).toEqual(['a', 'b']);
});

it('puts no run back that has ended meanwhile', async () => {
  const { hasBegun, remove, pass, answers, told } = keep();
  let answer: (missing: []) => void = () => undefined;
  answers.beat = () => new Promise((resolve) => (answer = resolve));
  hasBegun(a);
  await pass(HEARTBEAT_MS);
  remove(a, 'inserted', () => undefined);
  answer([]);
  await pass(0);
  expect([told('insert'), told('remove')]).toEqual([[], ['a']]);
});

it('removes no run before it is back that has to be put back', async () => {
  const { hasBegun, remove, pass, answers, told } = keep();
  let isBack: (rows: []) => void = () => undefined;
  answers.beat = () => Promise.resolve([]);
  answers.insert = () => new Promise((resolve) => (isBack = resolve));
  hasBegun(a);
  await pass(HEARTBEAT_MS);
  remove(a, 'inserted', () => undefined);
  await pass(0);
  expect([told('insert'), told('remove')]).toEqual([['a'], []]);
  isBack([]);
  await pass(0);
  expect(told('remove')).toEqual(['a']);
});
