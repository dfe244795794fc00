import { countInFlight } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import pg from 'pg';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listenForChanges } from './changes/listen-for-changes.ts';
import { createPostgresCordon, type PostgresCordonOptions } from './cordon/create-postgres-cordon.ts';
import {
  createPostgresRuns,
  type PostgresRuns,
  type PostgresRunsOptions,
} from './runs/create-postgres-runs.ts';

const NOWHERE = 'postgres://nobody@127.0.0.1:1/none';

/** A pool that has not connected yet. */
const unused = () => new pg.Pool();

afterEach(() => {
  vi.restoreAllMocks();
});

describe('options', () => {
  const FROM_1 = (name: string) => `${name} must be from 1 to 2147483647 milliseconds, got 0`;

  it.each<[keyof PostgresCordonOptions, number, string]>([
    ['maxUpMs', 0, FROM_1('maxUpMs')],
    ['restMs', -1, 'restMs must be from 0 to 2147483647 milliseconds, got -1'],
    ['lockTimeoutMs', 0, FROM_1('lockTimeoutMs')],
  ])('are refused, for the cordon and the runs: %s is %j', (name, value, message) => {
    for (const create of [createPostgresCordon, createPostgresRuns]) {
      expect(() => create(unused(), { [name]: value })).toThrow(new RangeError(message));
    }
  });

  it.each<[object, Error]>([
    [{ staleAfterMs: 0 }, new RangeError(FROM_1('staleAfterMs'))],
    [{ confirmMs: -1 }, new RangeError('confirmMs must be from 0 to staleAfterMs, 300000, got -1')],
    [{ staleAfterMs: 5, confirmMs: 6 }, new RangeError('confirmMs must be from 0 to staleAfterMs, 5, got 6')],
    [{ confirmMs: '5' }, new TypeError('confirmMs must be a number, got "5"')],
    [{ onStale: 5 }, new TypeError('onStale must be a function, got number')],
    [{ onError: 5 }, new TypeError('onError must be a function, got number')],
    [{ clock: 5 }, new TypeError('clock must be an object with now() and sleep(), got number')],
    [{ stale: 5 }, new TypeError('"stale" is not an option: did you mean "onStale"?')],
    [{ listenOn: {} }, new TypeError('listenOn must be a Pool of pg or a client of postgres, got object')],
  ])('are refused for the runs: %j', (options, error) => {
    expect(() => createPostgresRuns(unused(), options)).toThrow(error);
  });

  it('are refused where they are no object, or their name is unknown', () => {
    for (const create of [createPostgresCordon, createPostgresRuns]) {
      expect(() => create(unused(), null as never)).toThrow(
        new TypeError('options must be an object, got null'),
      );
    }
    expect(() => createPostgresCordon(unused(), { rest: 5 } as never)).toThrow(
      new TypeError('"rest" is not an option: did you mean "restMs"?'),
    );
  });

  it('are taken, all of them, at their least', () => {
    const cordon: Required<PostgresCordonOptions> = { maxUpMs: 1, restMs: 0, lockTimeoutMs: 1 };
    const ignore = () => undefined;
    const clock = { now: () => 0, sleep: () => Promise.resolve() };
    const runs: Required<PostgresRunsOptions> = {
      ...cordon,
      ...{ staleAfterMs: 1, confirmMs: 0, onStale: ignore, onError: ignore, listenOn: unused(), clock },
    };
    expect(() => createPostgresCordon(unused(), cordon)).not.toThrow();
    expect(() => createPostgresRuns(unused(), runs)).not.toThrow();
  });
});

describe('what is asked for', () => {
  it.each<[string, (runs: PostgresRuns) => Promise<unknown>]>([
    ['holder must be a string other than "*", got string', ({ cordon }) => cordon.raise('*', 60_000)],
    ['holder must be a string other than "*", got number', ({ cordon }) => cordon.raise(5 as never, 60_000)],
    ['leaseMs must be a number, got "60000"', ({ cordon }) => cordon.raise('deploy-7', '60000' as never)],
    ['holder must be a string, got number', ({ cordon }) => cordon.lift(5 as never)],
    ['work must be a function, got string', ({ cordon }) => cordon.admit('work' as never)],
    ['work must be a function, got string', ({ during }) => during('t13', 'work' as never)],
    ...['a\0b', 'a\ud800b', '\udc00'].map((id): [string, (runs: PostgresRuns) => Promise<unknown>] => [
      'id must be a text that PostgreSQL can store, without NUL and lone surrogates, got string',
      ({ begin }) => begin(id),
    ]),
    ['channel must be a text of 1 to 63 bytes, got string', () => listenForChanges(unused(), '')],
    ['channel must be a text of 1 to 63 bytes, got number', () => listenForChanges(unused(), 5 as never)],
    ['channel must be a text of 1 to 63 bytes, got string', () => listenForChanges(unused(), 'é'.repeat(32))],
  ])('is refused before the database hears of it: %s', async (message, ask) => {
    await expect(ask(createPostgresRuns(unused()))).rejects.toThrow(new TypeError(message));
  });

  it('may be a channel of 63 bytes', async () => {
    const nowhere = new pg.Pool({ connectionString: NOWHERE });
    await expect(listenForChanges(nowhere, 'x'.repeat(63))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('is the end of a run but once', async () => {
    const asked: string[] = [];
    const runs = createPostgresRuns(poolThatAnswers(() => [], asked));
    const run = await runs.begin('t13');
    run.end();
    run.end();
    run[Symbol.dispose]();
    expect(await runs.drain({ maxWaitMs: 60_000 })).toMatchObject({ outcome: 'quiet' });
    run.end();
    await new Promise(setImmediate);
    expect(asked.filter((text) => text.includes('delete'))).toHaveLength(1);
  });
});

it('counts all that it lists, which has no status', async () => {
  const row = { run: 'run 1', id: 't13', heartbeat_ms: Date.parse('2026-05-17'), now_ms: NaN };
  const listed = await createPostgresRuns(poolThatAnswers(() => [row])).list();
  expect(countInFlight(listed as never)).toEqual({ count: 1, ids: ['t13'] });
});

it('gives up a listing when it is told to', async () => {
  const hanging = Object.assign(unused(), { connect: () => new Promise<never>(() => undefined) });
  const stop = new AbortController();
  const listed = createPostgresRuns(hanging).list({ signal: stop.signal });
  const reason = new Error('nobody waits');
  stop.abort(reason);
  await expect(listed).rejects.toBe(reason);
});

it('leaves the work of admit as much time as it takes', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  let end: (result: string) => void = () => undefined;
  const { admit } = createPostgresCordon(poolThatAnswers(() => []));
  const admitted = admit(() => new Promise((resolve) => (end = resolve)));
  await vi.advanceTimersByTimeAsync(3_600_000);
  end('started');
  expect(await admitted).toBe('started');
});

it('drains by the clock that it is given', async () => {
  const clock = createVirtualClock({ autoAdvance: false });
  const runs = createPostgresRuns(
    poolThatAnswers(() => []),
    { clock },
  );
  await runs.begin('t13');
  const drained = runs.drain({ maxWaitMs: 3_600_000 });
  await clock.advance(3_600_000);
  expect(await drained).toMatchObject({ outcome: 'timed-out' });
});

describe('the console, where nobody else is told,', () => {
  it('is warned of a run that no longer blocks, once', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const heartbeat_ms = Date.parse('2026-05-17');
    let age = 0;
    const runs = createPostgresRuns(
      poolThatAnswers(() => [{ run: 'run 1', id: 't13', heartbeat_ms, now_ms: heartbeat_ms + age }]),
    );
    const listed: object[] = [];
    for (age of [299_999, 300_000, 330_000, 359_998, 359_999, 389_999]) {
      listed.push(Array.from(await runs.list()));
    }
    const t13 = [{ id: 't13' }];
    expect(listed).toEqual([t13, t13, t13, t13, [], []]);
    expect(warn.mock.calls).toEqual([
      [
        'quietgate: run "t13" has shown no heartbeat for too long and no longer blocks; its process may still be alive',
      ],
    ]);
  });

  it('is warned of a database that cannot be listened to', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const runs = createPostgresRuns(new pg.Pool({ connectionString: NOWHERE }));
    // Which begins no drain, and so does not end the listening.
    await expect(runs.drain({ maxWaitMs: 0 })).rejects.toThrow(RangeError);
    runs.subscribe(() => undefined);
    await vi.waitUntil(() => warn.mock.calls.length > 0, { timeout: 60_000 });
    expect(warn.mock.calls).toEqual([
      ['quietgate: the runs in PostgreSQL:', expect.objectContaining({ code: 'ECONNREFUSED' })],
    ]);
    await runs.drain({ maxWaitMs: 1 });
  });
});

/** A pool whose connections answer every question with the same rows. */
function poolThatAnswers(rows: () => readonly object[], asked: string[] = []): pg.Pool {
  const client = Object.assign(new pg.Client(), {
    query(query: string | { readonly text: string }) {
      asked.push(typeof query === 'string' ? query : query.text);
      return Promise.resolve({ command: 'COMMIT', rows: [[JSON.stringify(rows())]] });
    },
    release: () => undefined,
  });
  return Object.assign(unused(), { connect: () => Promise.resolve(client) });
}
