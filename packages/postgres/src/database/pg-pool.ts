import {
  asJson,
  type ChannelListener,
  type Connections,
  type Database,
  isAnswer,
  orAborted,
  readJson,
  type Statements,
  type StopListening,
} from './database.ts';
import { listenWithPg } from './listen-with-pg.ts';
import { createOwnClient, type PgClient, type PgPool } from './pg-shapes.ts';

const ignore = () => undefined;

/** Texts as they come: whatever parsers the caller has set. */
const AS_TEXT = { getTypeParser: () => (value: unknown) => value };

/** The database behind a `Pool` of `pg`. */
export function databaseOfPool<Client extends PgClient>(pool: PgPool<Client>): Database<Client> {
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', ignore);
  return {
    ...connectionsBy(() => pool.connect()),
    apart: connectionsBy(() => connectApart(pool)),
    listen: (channel: string, listener: ChannelListener): StopListening =>
      listenWithPg(pool, channel, listener),
    hasEnded: () => pool.ending,
  };
}

function connectionsBy<Client extends PgClient>(connect: () => Promise<Client>): Connections<Client> {
  const withClient = async <T>(signal: AbortSignal | undefined, work: (client: Client) => Promise<T>) => {
    const client = await acquire(connect(), signal);
    client.on('error', ignore); // a connection that breaks between two queries fails the next one
    let isUsable = true;
    try {
      return await orAborted(work(client), signal);
    } catch (error) {
      isUsable = error instanceof RolledBack;
      throw error instanceof RolledBack ? error.cause : error;
    } finally {
      client.off('error', ignore);
      client.release(!isUsable);
    }
  };

  const query = <Row>(text: string, parameters: readonly string[] = [], signal?: AbortSignal) =>
    withClient(signal, (client) =>
      statementsOn(client)
        .query<Row>(text, parameters)
        .catch((error: unknown) => {
          throw isAnswer(error) ? new RolledBack(error) : error;
        }),
    );

  return {
    query,
    transaction: (work, signal) =>
      withClient(signal, async (client) => {
        await client.query('begin isolation level read committed');
        let result;
        try {
          result = await work({ native: client, ...statementsOn(client) });
        } catch (error) {
          await client.query('rollback').catch(() => {
            throw error;
          });
          throw new RolledBack(error);
        }
        const committed = (await client.query('commit')) as { readonly command: string };
        // Where `work` went on after a statement that failed.
        if (committed.command !== 'COMMIT') throw new RolledBack(new Error(FAILED_INSIDE));
        return result;
      }),
  };
}

const FAILED_INSIDE = 'the transaction was rolled back, since one of its statements had failed';

/** Carries what the work of a transaction threw past a connection that is as good as new. */
class RolledBack extends Error {
  constructor(cause: unknown) {
    super(undefined, { cause });
  }
}

async function connectApart(pool: PgPool): Promise<PgClient> {
  const client = createOwnClient(pool);
  client.on('error', ignore);
  const release = () => {
    client.end().catch(ignore);
  };
  try {
    await client.connect();
    // As the pool does with its own: a search_path that its owner sets there decides which table is asked.
    await pool.options.onConnect?.(client);
    pool.emit('connect', client);
  } catch (error) {
    release();
    throw error;
  }
  return Object.assign(client, { release });
}

/** Waits for a connection; one that comes after the wait was given up goes back to the pool. */
async function acquire<Client extends PgClient>(
  connecting: Promise<Client>,
  signal: AbortSignal | undefined,
): Promise<Client> {
  try {
    return await orAborted(connecting, signal);
  } catch (error) {
    connecting.then((client) => {
      client.release();
    }, ignore);
    throw error;
  }
}

function statementsOn(client: PgClient): Statements {
  return {
    async query<Row>(text: string, values: readonly string[] = []) {
      const answer = await client.query({ text: asJson(text), values, types: AS_TEXT, rowMode: 'array' });
      const { rows } = answer as { readonly rows: readonly [readonly [string]] };
      return readJson<Row>(rows[0][0]);
    },
    async execute(text) {
      await client.query(text);
    },
  };
}
