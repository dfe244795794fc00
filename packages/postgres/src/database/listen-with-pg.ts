import type { ChannelListener, StopListening } from './database.ts';
import { createOwnClient, type OwnClientMaker, type PgOwnClient, type PgPool } from './pg-shapes.ts';

/** How long after a connection was lost the next one is made, in milliseconds. */
const RECONNECT_MS = 1000;

/** How often a connection is asked whether it still is one, in milliseconds: a network may drop it without a word. */
const PING_MS = 30_000;

/**
 * Listens on a client outside the pool: one of the pool's own would keep `pool.end()` waiting. It keeps no process alive,
 * and ends when the pool does.
 */
export function listenWithPg(
  pool: OwnClientMaker & Pick<PgPool, 'ending' | 'off' | 'on'>,
  channel: string,
  { onNotification, onListening, onLost }: ChannelListener,
): StopListening {
  let client: PgOwnClient | undefined;
  let timer: NodeJS.Timeout | undefined;

  const wait = (ms: number, next: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(next, ms).unref();
  };

  const connect = () => {
    const own = createOwnClient(pool);
    client = own;
    const lose = (error: unknown) => {
      if (client !== own) return; // given up before, or stopped
      client = undefined;
      own.end().catch(() => undefined);
      wait(RECONNECT_MS, connect);
      onLost(error);
    };
    own.on('error', lose);
    own.on('end', () => {
      lose(new Error('the connection that listens has ended'));
    });
    own.on('notification', ({ payload = '' }) => {
      onNotification(payload);
    });
    const query = async (text: string) => {
      const silence = setTimeout(() => {
        lose(new Error('the connection that listens does not answer'));
      }, PING_MS).unref();
      await own.query(text).finally(() => {
        clearTimeout(silence);
      });
    };
    const ping = () => {
      wait(PING_MS, () => {
        query('select').then(ping, lose);
      });
    };
    own
      .connect()
      .then(async () => {
        own.unref();
        await query(`listen "${channel.replaceAll('"', '""')}"`);
        if (client !== own) return;
        ping();
        onListening();
      })
      .catch(lose);
  };

  const stop = async () => {
    clearTimeout(timer);
    pool.off('remove', stopWithPool);
    const last = client;
    client = undefined;
    await last?.end().catch(() => undefined);
  };
  const stopWithPool = () => {
    if (pool.ending) void stop();
  };

  pool.on('remove', stopWithPool);
  connect();
  return stop;
}
