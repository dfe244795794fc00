import { describe, expect, it } from 'vitest';
import { NotSupplied, supply } from './supply.ts';

const newSignal = () => new AbortController().signal;
const same = <T>(value: T): T => value;
const refuse = (): never => {
  throw new TypeError('s3cret');
};

const noError: unknown = 's3cret';

describe('a value', () => {
  it('is there at once, and is read once', () => {
    let reads = 0;
    const give = supply('headers', 'a', (given) => `${given}${++reads}`);
    expect([give(newSignal()), give(newSignal())]).toEqual(['a1', 'a1']);
  });

  it('is checked before any request', () => {
    expect(() => supply('headers', 'a', refuse)).toThrow(new TypeError('s3cret'));
  });
});

describe('a function', () => {
  it('is called anew for each request, and not before', async () => {
    let calls = 0;
    const give = supply('headers', () => ++calls, same);
    expect(calls).toBe(0);
    expect([await give(newSignal()), await give(newSignal())]).toEqual([1, 2]);
  });

  it('is waited for until the signal aborts, and no longer', async () => {
    const stop = new AbortController();
    const given = supply('headers', () => new Promise<never>(() => undefined), same)(stop.signal);
    stop.abort('over');
    await expect(given).rejects.toBe('over');
  });

  it('is never called twice at once: what comes meanwhile waits, and calls anew', async () => {
    const settle: ((value: string) => void)[] = [];
    const give = supply('headers', () => new Promise<string>((resolve) => settle.push(resolve)), same);
    const given = ['a', 'b', 'c'].map(async () => give(newSignal()));
    for (const value of ['a', 'b', 'c']) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(settle).toHaveLength(1);
      settle.pop()?.(value);
    }
    expect(await Promise.all(given)).toEqual(['a', 'b', 'c']);
  });

  it('is not called for a request that was given up meanwhile', async () => {
    let calls = 0;
    let settle!: (value: string) => void;
    const give = supply(
      'headers',
      () => (calls++, new Promise<string>((resolve) => (settle = resolve))),
      same,
    );
    const first = give(newSignal());
    await new Promise((resolve) => setImmediate(resolve));
    const controller = new AbortController();
    const second = give(controller.signal);
    controller.abort(new Error('too late'));
    settle('a');
    expect(await first).toBe('a');
    await expect(second).rejects.toThrow('too late');
    expect(calls).toBe(1);
  });

  it.for<[string, () => string | Promise<string>, string]>([
    ['throws', refuse, 'headers() failed'],
    ['rejects', () => Promise.reject(new Error('s3cret')), 'headers() failed'],
    ['rejects with no error', () => Promise.reject(noError), 'headers() failed'],
  ])('that %s fails its request, with a message of our own', async ([, given, message]) => {
    const give = supply('headers', given, same);
    await expect(give(newSignal())).rejects.toThrow(new NotSupplied(message));
    await expect(give(newSignal())).rejects.toThrow(new NotSupplied(message));
  });

  it('that gives what would be refused fails its request, too', async () => {
    const give = supply('cordon.token', () => 's3cret', refuse);
    await expect(give(newSignal())).rejects.toThrow(
      new NotSupplied('cordon.token() gave what cannot be sent'),
    );
  });
});
