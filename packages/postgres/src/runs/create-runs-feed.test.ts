import { expect, it, onTestFinished, vi } from 'vitest';
import type { ChannelListener, Database } from '../database/database.ts';
import { createRunsFeed } from './create-runs-feed.ts';

/** A feed of a database that takes what it is told, and the listener that it was given. */
function follow(hasEnded = false) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const listeners: ChannelListener[] = [];
  const stop = vi.fn(() => Promise.resolve());
  const payloads: string[] = [];
  const database: Database<unknown> = {
    query(_, [, payload = ''] = []) {
      payloads.push(payload);
      return Promise.resolve([]);
    },
    transaction: () => Promise.reject(new Error('of no concern here')),
    get apart() {
      return database;
    },
    listen(_, listener) {
      listeners.push(listener);
      return stop;
    },
    hasEnded: () => hasEnded,
  };
  const onError = vi.fn();
  const onChange = vi.fn();
  const feed = createRunsFeed(database, onError);
  return { feed, listeners, payloads, stop, onError, onChange };
}

it('listens from the first subscription on, once, and calls when it does', async () => {
  const { feed, listeners, payloads, onChange } = follow();
  expect(listeners).toEqual([]);
  feed.subscribe(onChange);
  feed.subscribe(onChange);
  expect(listeners).toHaveLength(1);
  listeners[0]?.onListening();
  listeners[0]?.onNotification(String(payloads[0]));
  await vi.advanceTimersByTimeAsync(0);
  expect(onChange).toHaveBeenCalledTimes(2);
  listeners[0]?.onNotification('');
  expect(onChange).toHaveBeenCalledTimes(4);
});

it('calls every 30 s, too, whatever became of the connection that listens, until it is closed', async () => {
  const { feed, listeners, payloads, onChange } = follow();
  feed.subscribe(onChange);
  listeners[0]?.onListening();
  listeners[0]?.onNotification(String(payloads[0]));
  await vi.advanceTimersByTimeAsync(29_999);
  expect(onChange).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(30_001);
  expect(onChange).toHaveBeenCalledTimes(3);
  feed.close();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(onChange).toHaveBeenCalledTimes(3);
});

it('calls nobody any more once the pool has ended, and says nothing then', async () => {
  const { feed, listeners, onError, onChange } = follow(true);
  feed.subscribe(onChange);
  listeners[0]?.onLost(new Error('CONNECTION_ENDED'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect([onChange.mock.calls, onError.mock.calls, vi.getTimerCount()]).toEqual([[], [], 0]);
});

it('calls for what it may have missed when it listens again, and asks no more whether anything arrives', async () => {
  const { feed, listeners, payloads, onChange } = follow();
  feed.subscribe(onChange);
  listeners[0]?.onListening();
  listeners[0]?.onNotification(String(payloads[0]));
  await vi.advanceTimersByTimeAsync(0);
  onChange.mockClear();
  listeners[0]?.onLost(new Error('ECONNRESET'));
  listeners[0]?.onListening();
  expect([onChange.mock.calls.length, payloads.length]).toEqual([1, 1]);
});

it('says that nothing arrives, as behind a pooler, and lets its subscribers look every 5 s', async () => {
  const { feed, listeners, onError, onChange } = follow();
  feed.subscribe(onChange);
  listeners[0]?.onListening();
  listeners[0]?.onNotification('quietgate probe of another replica');
  await vi.advanceTimersByTimeAsync(4_999);
  expect(onError).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(onError).toHaveBeenCalledTimes(1);
  expect(String(onError.mock.calls[0])).toContain('LISTEN needs a connection to the database itself');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(onChange).toHaveBeenCalledTimes(2);
  feed.close();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(onChange).toHaveBeenCalledTimes(2);
});

it('says that the database is away, once, and calls when it listens all the same', async () => {
  const { feed, listeners, onError, onChange } = follow();
  feed.subscribe(onChange);
  listeners[0]?.onLost(new Error('ECONNREFUSED'));
  listeners[0]?.onLost(new Error('ECONNREFUSED'));
  await vi.advanceTimersByTimeAsync(0);
  expect(onError).toHaveBeenCalledTimes(1);
  listeners[0]?.onListening();
  listeners[0]?.onNotification('');
  expect(onChange).toHaveBeenCalled();
});

it('listens no more once it is closed, and says nothing then', async () => {
  const { feed, stop, onError, listeners, onChange } = follow();
  feed.subscribe(onChange);
  feed.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(stop).toHaveBeenCalledTimes(1);
  feed.subscribe(onChange)();
  expect([listeners.length, onError.mock.calls.length]).toEqual([1, 0]);
});

it('does not begin to listen once it is closed', () => {
  const { feed, listeners, onChange } = follow();
  feed.close();
  feed.subscribe(onChange)();
  expect(listeners).toEqual([]);
});

it('wants a function to call', () => {
  const { feed } = follow();
  expect(() => feed.subscribe('call' as never)).toThrow(
    new TypeError('onChange must be a function, got string'),
  );
});
