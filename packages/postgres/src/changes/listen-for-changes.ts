import { checkKind } from '@quietgate/core/internal';
import { databaseOf, type PostgresDatabase } from '../database/database-of.ts';
import { followChannel } from './follow-channel.ts';

/** What `listenForChanges` resolves with. Its methods work unbound. */
export interface Changes {
  /** Calls `onChange` after each change, until the returned function is called. What it throws is ignored. */
  readonly subscribe: (onChange: () => void) => () => void;
  /** Listens no more. It also ends with the pool. */
  readonly close: () => Promise<void>;
}

/** The longest name that PostgreSQL keeps whole, in bytes. */
const MAX_CHANNEL_BYTES = 63;

/**
 * Listens on a channel, on a connection of its own: what `inFlightCount` takes as its `subscribe`, so that a request that
 * one replica keeps pending is answered when a run ends on another. It listens before it resolves, so that no change falls
 * between a subscription and the listing after it.
 *
 * A connection that breaks is made anew, and then subscribers are called too: what was sent meanwhile is lost.
 *
 * @param db a `Pool` of `pg`, or a client of `postgres`, that leads to the database itself: a pooler in transaction mode
 * delivers no notifications
 * @param channel what `notify_channel` of `CHANGES_SCHEMA` was given
 * @throws TypeError when `db` is neither, or the channel is no text of 1 to 63 bytes
 * @throws Error when the database cannot be reached, or no notification arrives
 *
 * @example
 * const { subscribe } = await listenForChanges(pool, 'runs');
 * app.use(inFlightCount({ listDeployments, subscribe }));
 */
export async function listenForChanges(db: PostgresDatabase, channel: string): Promise<Changes> {
  const database = databaseOf(db);
  checkKind('channel', channel, isChannel, `a text of 1 to ${MAX_CHANNEL_BYTES} bytes`);
  const { ready, subscribe, stop } = followChannel(database, channel);
  try {
    await ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return { subscribe, close: stop };
}

function isChannel(value: unknown): boolean {
  if (typeof value !== 'string' || value === '') return false;
  return new TextEncoder().encode(value).length <= MAX_CHANNEL_BYTES;
}
