/** What can be asked, on a database or within one of its transactions. */
export interface Queries {
  /**
   * Runs one statement, whose parameters are texts: the statement casts each to its type, by way of text where that is another one. Resolves with its rows as JSON
   * has them, so that no type parser or transform of the caller's changes them.
   */
  query<Row>(text: string, parameters?: readonly string[]): Promise<Row[]>;
}

/** What can be done within a transaction. */
export interface Statements extends Queries {
  /** Runs statements without parameters and results, in one round trip. */
  execute(text: string): Promise<void>;
}

/** A transaction under way, with the driver's own object for it. */
export interface Transaction<Tx> extends Statements {
  readonly native: Tx;
}

/** Connections to a database, one for each statement or transaction. */
export interface Connections<Tx> extends Queries {
  /** Rejects at once when the signal aborts, and asks the database to stop. */
  query<Row>(text: string, parameters?: readonly string[], signal?: AbortSignal): Promise<Row[]>;
  /**
   * Runs `work` in a transaction, `read committed` whatever the default, which commits once `work` has fulfilled and is
   * rolled back otherwise. Rejects when the connection is lost, and at once when the signal aborts: then nothing more of
   * `work` is sent.
   */
  transaction<T>(work: (tx: Transaction<Tx>) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** What is asked of a driver. */
export interface Database<Tx> extends Connections<Tx> {
  /** Connections that are made for their statement or transaction, and closed after it: those of the pool may all hang. */
  readonly apart: Connections<unknown>;
  /** Listens on a channel until it is stopped, on a connection of its own that is made anew when it breaks. */
  listen(channel: string, listener: ChannelListener): StopListening;
  /** Whether the caller has ended the pool, as far as the driver says so. */
  hasEnded(): boolean;
}

/** Hears of a channel. */
export interface ChannelListener {
  /** Called with each notification's payload. */
  readonly onNotification: (payload: string) => void;
  /** Called each time that a connection has begun to listen. */
  readonly onListening: () => void;
  /** Called when a connection cannot be made, or has been lost. */
  readonly onLost: (error: unknown) => void;
}

/** Ends what `listen` began. */
export type StopListening = () => Promise<void>;

/** Wraps a statement so that it returns one text: its rows as a JSON array. */
export function asJson(statement: string): string {
  return `with answer as (${statement}) select coalesce(json_agg(answer), '[]')::text from answer`;
}

/** Reads what a statement of `asJson` returned. */
export function readJson<Row>(text: string): Row[] {
  return JSON.parse(text) as Row[];
}

/** What PostgreSQL fails with, and no network: its severity may be in any language. */
const SQLSTATE = /^(?=.*\d)[\dA-Z]{5}$/;

/** Those of them that end a connection, or say why there is none. */
const ENDS_CONNECTION = /^(?:08|28|3D|53|57P|58|XX|25P0[34])/;

/** Whether it was the database that failed a statement, on a connection that is as good as before. */
export function isAnswer(error: unknown): boolean {
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === 'string' && SQLSTATE.test(code) && !ENDS_CONNECTION.test(code);
}

/** Whether the caller has ended the pool. */
export function hasEnded(database: Database<unknown>, error: unknown): boolean {
  const { code } = Object(error) as { readonly code?: unknown };
  return database.hasEnded() || code === 'CONNECTION_ENDED';
}

/** Rejects as soon as the signal aborts, whatever becomes of the work. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let abort!: () => void;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      reject(signal.reason);
    };
  });
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
