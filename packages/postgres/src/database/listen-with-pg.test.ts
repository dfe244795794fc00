import { EventEmitter } from 'node:events';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { listenWithPg } from './listen-with-pg.ts';

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

/** A client that answers as many statements as given, and none from then on. */
class Client extends EventEmitter {
  readonly options: object;
  readonly answered: number;
  readonly asked: string[] = [];
  isEnded = false;
  unref = () => undefined;
  connect = () => Promise.resolve();
  constructor(options: object, answered: number) {
    super();
    this.options = options;
    this.answered = answered;
  }
  query(text: string) {
    this.asked.push(text);
    return this.asked.length <= this.answered ? Promise.resolve() : new Promise<never>(() => undefined);
  }
  end() {
    this.isEnded = true;
    return Promise.resolve();
  }
}

/** Begins to listen over clients that answer as many statements as given, or all. */
function begin(answered: readonly number[] = [], channel = 'runs') {
  const made: Client[] = [];
  class Made extends Client {
    constructor(options: object) {
      super(options, answered[made.length] ?? Infinity);
      made.push(this);
    }
  }
  const options = Object.defineProperty({ host: 'db' }, 'password', { value: 'not enumerable' });
  const pool = Object.assign(new EventEmitter(), { Client: Made, options, ending: false });
  const listener = { onNotification: vi.fn(), onListening: vi.fn(), onLost: vi.fn() };
  return { made, pool, stop: listenWithPg(pool, channel, listener), ...listener };
}

/** The same, once it listens, if it can. */
async function listen(...answered: number[]) {
  const listening = begin(answered);
  await vi.advanceTimersByTimeAsync(0);
  return listening;
}

it('has a client with the options of the pool, which does not connect for ever', async () => {
  const { made, stop } = await listen();
  expect(Object.getOwnPropertyDescriptors(made[0]?.options)).toMatchObject({
    host: { value: 'db' },
    password: { value: 'not enumerable' },
    connectionTimeoutMillis: { value: 10_000 },
  });
  await stop();
});

it.each([
  ['its LISTEN', 0, 30_000],
  ['what it is asked every 30 s', 2, 90_000],
])('makes a connection anew that does not answer %s', async (_, answered, lostAtMs) => {
  const { made, stop, onLost, onListening } = await listen(answered);
  await vi.advanceTimersByTimeAsync(lostAtMs - 1);
  expect(onLost).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(onLost).toHaveBeenCalledWith(new Error('the connection that listens does not answer'));
  expect([made.length, made[0]?.isEnded]).toEqual([1, true]);
  onListening.mockClear();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(made[1]?.asked).toEqual(['listen "runs"']);
  expect(onListening).toHaveBeenCalledTimes(1);
  await stop();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect([made.length, made[1]?.isEnded, onLost.mock.calls.length]).toEqual([2, true, 1]);
});

it('says that a connection has ended, once, and makes it anew', async () => {
  const { made, stop, onLost } = await listen();
  made[0]?.emit('end');
  made[0]?.emit('error', new Error('ECONNRESET'));
  expect(onLost.mock.calls).toEqual([[new Error('the connection that listens has ended')]]);
  await vi.advanceTimersByTimeAsync(999);
  expect(made).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  made[1]?.emit('error', new Error('ECONNRESET'));
  expect(onLost).toHaveBeenLastCalledWith(new Error('ECONNRESET'));
  await stop();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(made).toHaveLength(2);
});

it('asks every 30 s whether it still is connected', async () => {
  const { made, stop } = await listen();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(made[0]?.asked).toEqual(['listen "runs"', 'select', 'select']);
  await stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(made[0]?.asked).toHaveLength(3);
});

it('makes no connection anew once it is stopped, even by whoever hears that one was lost', async () => {
  const { made, stop, onLost } = await listen();
  onLost.mockImplementation(stop);
  made[0]?.emit('end');
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(made).toHaveLength(1);
});

it('passes on what it is notified of, on a channel of any name', async () => {
  const { made, stop, onNotification } = begin([], 'runs "of" t13');
  await vi.advanceTimersByTimeAsync(0);
  expect(made[0]?.asked).toEqual(['listen "runs ""of"" t13"']);
  made[0]?.emit('notification', { payload: 'begun' });
  made[0]?.emit('notification', {});
  expect(onNotification.mock.calls).toEqual([['begun'], ['']]);
  await stop();
});

it('says nothing once it is stopped, even before it listened', async () => {
  const { made, pool, stop, onListening, onLost } = begin();
  const stopped = stop();
  await vi.advanceTimersByTimeAsync(3_600_000);
  await stopped;
  made[0]?.emit('end');
  expect([onListening.mock.calls, onLost.mock.calls]).toEqual([[], []]);
  expect([made.length, made[0]?.isEnded, vi.getTimerCount()]).toEqual([1, true, 0]);
  expect(pool.listenerCount('remove')).toBe(0);
});

it('ends with its pool, and not with a client of that', async () => {
  const { made, pool } = await listen();
  pool.emit('remove');
  expect(made[0]?.isEnded).toBe(false);
  pool.ending = true;
  pool.emit('remove');
  expect(made[0]?.isEnded).toBe(true);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect([made.length, pool.listenerCount('remove')]).toEqual([1, 0]);
});
