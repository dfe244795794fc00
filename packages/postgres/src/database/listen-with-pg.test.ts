import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { listenWithPg } from './listen-with-pg.ts';

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

/** Listens over clients of which each answers as many statements as given, and none from then on. */
async function listen(...answered: number[]) {
  const made: { readonly options: object; readonly asked: string[]; isEnded: boolean }[] = [];
  class Client {
    readonly state;
    constructor(options: object) {
      this.state = { options, asked: [] as string[], isEnded: false };
      made.push(this.state);
    }
    connect = () => Promise.resolve();
    unref = () => undefined;
    on = () => undefined;
    off = () => undefined;
    query(text: string) {
      this.state.asked.push(text);
      const isAnswered = this.state.asked.length <= (answered[made.length - 1] ?? Infinity);
      return isAnswered ? Promise.resolve() : new Promise<never>(() => undefined);
    }
    end() {
      this.state.isEnded = true;
      return Promise.resolve();
    }
  }
  const options = Object.defineProperty({ host: 'db' }, 'password', { value: 'not enumerable' });
  const on = () => undefined;
  const listener = { onNotification: vi.fn(), onListening: vi.fn(), onLost: vi.fn() };
  const stop = listenWithPg({ Client, options, ending: false, on, off: on }, 'runs', listener);
  await vi.advanceTimersByTimeAsync(0);
  return { made, stop, ...listener };
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
