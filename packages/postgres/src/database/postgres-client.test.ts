import { getEventListeners } from 'node:events';
import { expect, it, vi } from 'vitest';
import { databaseOfClient, type PostgresClient } from './postgres-client.ts';

type Listen = PostgresClient['listen'];

/** The database behind a client that answers with a row, or not at all, and listens as a test says. */
function open({ answers = true, listen = vi.fn<Listen>() } = {}) {
  const cancel = vi.fn();
  const raw = vi.fn();
  const unsafe = vi.fn<PostgresClient['unsafe']>(() => {
    const rows = [[new TextEncoder().encode('[{"id":"t13"}]')]];
    const answer = answers ? Promise.resolve(rows) : new Promise<never>(() => undefined);
    const query = Object.assign(answer, { cancel, raw });
    raw.mockReturnValue(query);
    return query;
  });
  const client: PostgresClient = {
    ...{ unsafe, listen, options: {} },
    begin: () => Promise.reject(new Error('of no concern here')),
    end: () => Promise.resolve(),
  };
  return { database: databaseOfClient(client), unsafe, raw, cancel };
}

it('asks unprepared and raw, whatever the client would make of it', async () => {
  const { database, unsafe, raw } = open();
  expect(await database.query('select id from runs where id = $1', ['t13'])).toEqual([{ id: 't13' }]);
  await database.query('select id from runs');
  expect(unsafe.mock.calls).toEqual([
    [expect.stringContaining('(select id from runs where id = $1)'), ['t13'], { prepare: false }],
    [expect.stringContaining('(select id from runs)'), [], { prepare: false }],
  ]);
  expect(raw).toHaveBeenCalledTimes(2);
});

it('has the database stop when it is told to, and not once it has answered', async () => {
  const stop = new AbortController();
  const answered = open();
  await answered.database.query('select', [], stop.signal);
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  const hanging = open({ answers: false });
  const asked = hanging.database.query('select', [], stop.signal);
  const reason = new Error('nobody waits');
  stop.abort(reason);
  await expect(asked).rejects.toBe(reason);
  expect([answered.cancel.mock.calls.length, hanging.cancel.mock.calls.length]).toEqual([0, 1]);
});

it('listens until it is stopped, and says nothing then', async () => {
  const unlisten = vi.fn(() => Promise.resolve());
  const listen = vi.fn<Listen>(() => Promise.resolve({ unlisten }));
  const listener = { onNotification: vi.fn(), onListening: vi.fn(), onLost: vi.fn() };
  const stop = open({ listen }).database.listen('runs', listener);
  const [channel, notify, begin] = listen.mock.calls[0] ?? [];
  expect(channel).toBe('runs');
  const happen = () => {
    begin?.();
    notify?.('begun');
  };
  happen();
  await stop();
  happen();
  expect(listener.onListening).toHaveBeenCalledTimes(1);
  expect(listener.onNotification.mock.calls).toEqual([['begun']]);
  expect([listener.onLost.mock.calls.length, unlisten.mock.calls.length]).toEqual([0, 1]);
});

it('says that it cannot listen, unless it was stopped before', async () => {
  const refused = new Error('ECONNREFUSED');
  const listen = vi.fn<Listen>(() => Promise.reject(refused));
  const listener = { onNotification: vi.fn(), onListening: vi.fn(), onLost: vi.fn() };
  const { database } = open({ listen });
  await database.listen('runs', listener)();
  expect(listener.onLost).not.toHaveBeenCalled();
  database.listen('runs', listener);
  await new Promise(setImmediate);
  expect(listener.onLost.mock.calls).toEqual([[refused]]);
});

it('does not say whether it has ended', () => {
  expect(open().database.hasEnded()).toBe(false);
});
