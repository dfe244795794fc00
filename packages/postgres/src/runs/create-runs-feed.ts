import { checkFunction, notifyListener } from '@quietgate/core/internal';
import { type ChannelFeed, followChannel } from '../changes/follow-channel.ts';
import type { Database } from '../database/database.ts';
import { RUNS_CHANNEL } from '../schema.ts';

/** Hears of the runs of all replicas. */
export interface RunsFeed {
  readonly subscribe: (onChange: () => void) => () => void;
  readonly close: () => void;
}

/** How often subscribers are called where nothing can be listened to, in milliseconds: they look for themselves. */
const POLL_MS = 5000;

/** Listens from the first subscription on, until it is closed. */
export function createRunsFeed(database: Database<unknown>, onError: (error: unknown) => void): RunsFeed {
  let isClosed = false;
  let feed: ChannelFeed | undefined;
  let polling: NodeJS.Timeout | undefined;

  const listen = () => {
    const { ready, notify, ...rest } = followChannel(database, RUNS_CHANNEL);
    ready.then(notify, (error: unknown) => {
      if (isClosed || database.hasEnded()) return;
      notifyListener(onError, error);
      polling = setInterval(notify, POLL_MS).unref();
    });
    return { ready, notify, ...rest };
  };

  return {
    subscribe(onChange) {
      checkFunction('onChange', onChange);
      if (isClosed) return () => undefined;
      return (feed ??= listen()).subscribe(onChange);
    },
    close() {
      isClosed = true;
      clearInterval(polling);
      void feed?.stop();
    },
  };
}
