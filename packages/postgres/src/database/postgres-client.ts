import {
  asJson,
  type ChannelListener,
  type Connections,
  type Database,
  orAborted,
  readJson,
  type Statements,
  type StopListening,
  type Transaction,
} from './database.ts';

interface PostgresQuery extends PromiseLike<unknown> {
  raw(): PostgresQuery;
  cancel(): unknown;
}

/** What is used of a transaction of `postgres`. */
export interface PostgresTransaction {
  unsafe(text: string, parameters?: string[], options?: { prepare: false }): PostgresQuery;
}

/** What is used of a client of `postgres`. */
export interface PostgresClient<
  Tx extends PostgresTransaction = PostgresTransaction,
> extends PostgresTransaction {
  begin<T>(options: string, work: (tx: Tx) => Promise<T>): Promise<unknown>;
  listen(
    channel: string,
    onNotification: (payload: string) => void,
    onListening: () => void,
  ): Promise<{ readonly unlisten: () => Promise<void> }>;
  end(options?: { timeout?: number }): Promise<void>;
  /** As it has read them, and as it takes them again. */
  readonly options: object;
}

/** The database behind a client of `postgres`. */
export function databaseOfClient<Tx extends PostgresTransaction>(sql: PostgresClient<Tx>): Database<Tx> {
  return {
    ...connectionsOf(sql),
    apart: {
      query: (...asked) => withOwnClient(sql, (own) => own.query(...asked)),
      transaction: (...asked) => withOwnClient(sql, (own) => own.transaction(...asked)),
    },
    listen: (channel, listener) => listen(sql, channel, listener),
    hasEnded: () => false, // it does not say; what is asked of it then rejects with CONNECTION_ENDED
  };
}

function connectionsOf<Tx extends PostgresTransaction>(sql: PostgresClient<Tx>): Connections<Tx> {
  return {
    async query<Row>(text: string, parameters: readonly string[] = [], signal?: AbortSignal) {
      const query = rawQuery(sql, text, parameters);
      const cancel = () => {
        Promise.resolve(query.cancel()).catch(() => undefined);
      };
      signal?.addEventListener('abort', cancel);
      try {
        return await orAborted(Promise.resolve(query).then(readRows<Row>), signal);
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    },
    transaction: (work, signal) => begin(sql, work, signal),
  };
}

/** A client cannot make another one, so that it takes the package itself; without that the pool is all there is. */
async function withOwnClient<T>(
  { options }: PostgresClient,
  work: (own: Connections<unknown>) => Promise<T>,
): Promise<T> {
  const { default: postgres } = await import('postgres').catch((error: unknown) => {
    throw error; // caught for bundlers, which then do without it where only `pg` is installed
  });
  const own = postgres({ ...options, max: 1, fetch_types: false, onclose: () => undefined });
  try {
    return await work(connectionsOf(own as unknown as PostgresClient));
  } finally {
    own.end({ timeout: 0 }).catch(() => undefined);
  }
}

/**
 * A transaction of `postgres` whose connection was lost must not be used any more: version 3.4 writes to a socket that is
 * gone, which ends the process. It writes at the end of the work too, so that this end never comes.
 */
async function begin<T, Tx extends PostgresTransaction>(
  sql: PostgresClient<Tx>,
  work: (tx: Transaction<Tx>) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  let lost: { readonly error: unknown } | undefined;

  const checkConnection = () => {
    if (lost !== undefined) throw lost.error;
    signal?.throwIfAborted();
  };

  const guard = <S extends object>(tx: S): S =>
    new Proxy(tx, {
      apply(target, self, parameters) {
        checkConnection();
        return Reflect.apply(target as Callable, self, parameters);
      },
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...parameters: unknown[]) => {
          checkConnection();
          // What takes a function, a savepoint, calls it with a transaction.
          const guarded = parameters.map((each) =>
            typeof each === 'function' ? scope(each as Scope) : each,
          );
          return Reflect.apply(value as Callable, target, guarded);
        };
      },
    });

  const scope =
    <R, S extends object>(inner: (tx: S) => R | Promise<R>) =>
    (tx: S) =>
      new Promise<R>((resolve, reject) => {
        const working = Promise.resolve(guard(tx)).then(inner);
        orAborted(working, signal).then(
          (result) => {
            if (lost === undefined) resolve(result);
          },
          (error: unknown) => {
            // A query that fails with its connection does so just before that is known to be lost.
            setImmediate(() => {
              if (lost === undefined) reject(error);
            });
          },
        );
      });

  const begun = sql.begin(
    'isolation level read committed',
    scope((native: Tx) => work({ native, ...statementsOn(native) })),
  );
  begun.catch((error: unknown) => {
    lost = { error };
  });
  return orAborted(begun as Promise<T>, signal);
}

type Callable = (...parameters: unknown[]) => unknown;
type Scope = (tx: object) => unknown;

function statementsOn(sql: PostgresTransaction): Statements {
  return {
    query: async <Row>(text: string, parameters: readonly string[] = []) =>
      readRows<Row>(await rawQuery(sql, text, parameters)),
    async execute(text) {
      await sql.unsafe(text);
    },
  };
}

/** Raw, so that no transform of the caller's applies; unprepared, for poolers that change connections. */
function rawQuery(sql: PostgresTransaction, text: string, parameters: readonly string[]): PostgresQuery {
  return sql.unsafe(asJson(text), [...parameters], { prepare: false }).raw();
}

function readRows<Row>(answer: unknown): Row[] {
  const [[text]] = answer as readonly [readonly [Uint8Array]];
  return readJson<Row>(new TextDecoder().decode(text));
}

/** `postgres` listens on a connection of its own, which it makes anew when it breaks, until the client is ended. */
function listen(
  sql: PostgresClient,
  channel: string,
  { onNotification, onListening, onLost }: ChannelListener,
): StopListening {
  let isOver = false;
  const listening = sql.listen(
    channel,
    (payload) => {
      if (!isOver) onNotification(payload);
    },
    () => {
      if (!isOver) onListening();
    },
  );
  listening.catch((error: unknown) => {
    if (!isOver) onLost(error);
  });
  return async () => {
    isOver = true;
    await listening.then(({ unlisten }) => unlisten()).catch(() => undefined);
  };
}
