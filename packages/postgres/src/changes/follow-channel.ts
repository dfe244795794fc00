import { createSubscriptions } from '@quietgate/core/internal';
import type { Database } from '../database/database.ts';

/** A channel that is being listened to. */
export interface ChannelFeed {
  /** Calls `onChange` after each notification, when some may have been lost, and every 30 s, until the returned function is called. */
  readonly subscribe: (onChange: () => void) => () => void;
  /** Resolves once notifications are known to arrive; rejects when they are unavailable. */
  readonly ready: Promise<void>;
  /** Listens no more. */
  readonly stop: () => Promise<void>;
  /** Calls all subscribers. */
  readonly notify: () => void;
}

/** How long the listener's own notification may be on its way, in milliseconds. */
const PROBE_MS = 5000;

/** How often subscribers look for themselves, in milliseconds: a connection may hang, and not be lost for long. */
const LOOK_MS = 30_000;

const PROBE = 'quietgate probe ';

/**
 * Listens on a channel. A pooler in transaction mode takes a `LISTEN` and delivers nothing, so that a notification is sent
 * over another connection and has to arrive.
 *
 * A connection that breaks is made anew, and then subscribers are called too: what was sent meanwhile is lost.
 */
export function followChannel(
  database: Database<unknown>,
  channel: string,
  probeMs: number = PROBE_MS,
): ChannelFeed {
  const { subscribe, notify } = createSubscriptions();
  const probe = PROBE + crypto.randomUUID();
  let stop!: () => Promise<void>;
  const looking = setInterval(() => {
    if (database.hasEnded()) clearInterval(looking);
    else notify();
  }, LOOK_MS).unref();
  const ready = new Promise<void>((resolve, reject) => {
    let hasProbed = false;
    let timer: NodeJS.Timeout | undefined;
    const fail = (error: unknown) => {
      clearTimeout(timer);
      reject(error);
    };
    const sendProbe = () => {
      hasProbed = true;
      timer = setTimeout(() => {
        reject(new Error(NOTHING_ARRIVES));
      }, probeMs).unref();
      database.query('select pg_notify($1, $2)', [channel, probe]).catch(fail);
    };
    const stopListening = database.listen(channel, {
      onNotification(payload) {
        if (payload === probe) {
          clearTimeout(timer);
          resolve();
        }
        if (!payload.startsWith(PROBE)) notify();
      },
      onListening() {
        if (hasProbed) notify();
        else sendProbe();
      },
      onLost: fail,
    });
    stop = async () => {
      clearInterval(looking);
      fail(new Error('it listens no more'));
      await stopListening();
    };
  });
  ready.catch(() => undefined); // for whoever waits for it

  return {
    ready,
    stop,
    notify,
    subscribe,
  };
}

const NOTHING_ARRIVES =
  'no notification arrives on the connection that listens, as behind a pooler in transaction mode: LISTEN needs a connection to the database itself';
