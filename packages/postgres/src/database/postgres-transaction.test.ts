import { expect, it, vi } from 'vitest';
import { databaseOfClient, type PostgresClient } from './postgres-client.ts';

/** The database behind a client with one transaction, on a connection that a test may lose. */
function openTransaction() {
  let lose: (error: unknown) => void = () => undefined;
  const ended = vi.fn();
  const savepoint = vi.fn((...given: unknown[]) =>
    Promise.resolve((given.at(-1) as (inner: object) => unknown)(native)),
  );
  const unsafe = vi.fn<(text: string) => Promise<unknown>>(() => Promise.resolve('asked'));
  const native = Object.assign(
    vi.fn<(text: string) => unknown>(() => 'tagged'),
    { unsafe, savepoint, level: 7 },
  );
  const client = {
    begin: (_: string, work: (tx: unknown) => Promise<unknown>) =>
      new Promise((resolve, reject) => {
        lose = reject;
        work(native).finally(ended).then(resolve, reject);
      }),
  };
  const database = databaseOfClient(client as unknown as PostgresClient);
  type Work = (tx: typeof native) => Promise<unknown>;
  const run = (work: Work, signal?: AbortSignal) =>
    database.transaction((tx) => work(tx.native as unknown as typeof native), signal);
  return {
    run,
    native,
    unsafe,
    savepoint,
    ended,
    lose: (error: unknown) => {
      lose(error);
    },
  };
}

it('gives its work all of the transaction, within savepoints too', async () => {
  const { run, savepoint } = openTransaction();
  const outer = await run(async (tx) => {
    const inner = await tx.savepoint('named', async (within: typeof tx) => [
      within('select'),
      await within.unsafe('select'),
    ]);
    return [tx('select'), await tx.unsafe('select'), tx.level, inner];
  });
  expect(outer).toEqual(['tagged', 'asked', 7, ['tagged', 'asked']]);
  expect(savepoint.mock.calls).toEqual([['named', expect.any(Function)]]);
});

it.each<[string, (tx: ReturnType<typeof openTransaction>['native']) => unknown]>([
  ['statement', (tx) => tx.unsafe('select')],
  ['tagged statement', (tx) => tx('select')],
  ['savepoint', (tx) => tx.savepoint(() => undefined)],
])('sends no %s on a connection that was lost, nor once it is told to stop', async (_, ask) => {
  const lost = new Error('CONNECTION_CLOSED');
  const broken = openTransaction();
  const seen: unknown[] = [];
  const askLater = async (tx: typeof broken.native) => {
    await new Promise(setImmediate);
    try {
      await ask(tx);
    } catch (error) {
      seen.push(error);
      throw error;
    }
  };
  const rejected = broken.run((tx) => {
    broken.lose(lost);
    return askLater(tx);
  });
  await expect(rejected).rejects.toBe(lost);
  const stopped = openTransaction();
  const reason = new Error('nobody waits');
  const stop = new AbortController();
  const given = stopped.run((tx) => {
    stop.abort(reason);
    return askLater(tx);
  }, stop.signal);
  await expect(given).rejects.toBe(reason);
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(seen).toEqual([lost, reason]);
  for (const { native, unsafe, savepoint } of [broken, stopped]) {
    expect([native, unsafe, savepoint].map(({ mock }) => mock.calls.length)).toEqual([0, 0, 0]);
  }
});

it('sends nothing within a savepoint either', async () => {
  const lost = new Error('CONNECTION_CLOSED');
  const { run, unsafe, lose } = openTransaction();
  let seen: unknown;
  const rejected = run((tx) =>
    tx.savepoint(async (within: typeof tx) => {
      lose(lost);
      await new Promise(setImmediate);
      try {
        await within.unsafe('select');
      } catch (error) {
        seen = error;
      }
    }),
  );
  await expect(rejected).rejects.toBe(lost);
  await new Promise(setImmediate);
  expect(seen).toBe(lost);
  expect(unsafe).not.toHaveBeenCalled();
});

it.each<[string, () => Promise<unknown>]>([
  ['ends well', () => Promise.resolve()],
  ['fails', () => Promise.reject(new Error('no such template'))],
])('writes no end where its work %s after the connection was lost', async (_, end) => {
  const { run, ended, lose } = openTransaction();
  let isOver = false;
  const lost = new Error('CONNECTION_CLOSED');
  const rejected = run(async () => {
    lose(lost);
    await new Promise(setImmediate);
    isOver = true;
    return end();
  });
  await expect(rejected).rejects.toBe(lost);
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(isOver).toBe(true);
  expect(ended).not.toHaveBeenCalled();
});

it('passes on what its work threw', async () => {
  const reason = new Error('no such template');
  await expect(openTransaction().run(() => Promise.reject(reason))).rejects.toBe(reason);
});
