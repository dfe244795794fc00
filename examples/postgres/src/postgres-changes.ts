import type { Sql } from 'postgres';

/** What `listenForChanges` returns. */
export interface Changes {
  /** Calls `onChange` after each change, until the returned function is called. Works unbound. */
  readonly subscribe: (onChange: () => void) => () => void;
}

/**
 * A trigger function that notifies a channel, its argument, for your migrations. PostgreSQL sends the notification when
 * the transaction commits, so that whoever hears of a change also sees it.
 *
 * @example
 * create trigger run_ended after delete on runs
 *   for each row execute function notify_channel('runs');
 */
export const CHANGES_SCHEMA = `
  create function notify_channel() returns trigger language plpgsql as $$
  begin
    perform pg_notify(tg_argv[0], '');
    return null;
  end $$`;

/**
 * Listens on a channel, on a connection of its own, for as long as `sql` lives: what `inFlightCount` takes as its
 * `subscribe`, so that a request held by one replica is answered when a run ends on another. It listens before it
 * resolves, so that no change falls between a subscription and the listing after it.
 *
 * A connection that breaks is made anew, and then subscribers are called too: what was sent meanwhile is lost.
 *
 * @example
 * const { subscribe } = await listenForChanges(sql, 'runs');
 * await app.register(inFlightCount, { listDeployments, subscribe });
 */
export async function listenForChanges(sql: Sql, channel: string): Promise<Changes> {
  const subscriptions = new Set<{ readonly onChange: () => void }>();
  const notifySubscribers = () => {
    for (const { onChange } of [...subscriptions]) onChange();
  };
  await sql.listen(channel, notifySubscribers, notifySubscribers);
  return {
    subscribe(onChange) {
      const subscription = { onChange };
      subscriptions.add(subscription);
      return () => {
        subscriptions.delete(subscription);
      };
    },
  };
}
