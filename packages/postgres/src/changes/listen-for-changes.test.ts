import { describe, expect, inject, it, vi } from 'vitest';
import {
  behindPooler,
  connect,
  createDatabase,
  DRIVERS,
  type Connected,
  type Driver,
} from '../../test/database.ts';
import { databaseOf } from '../database/database-of.ts';
import { CHANGES_SCHEMA } from '../schema.ts';
import { followChannel } from './follow-channel.ts';
import { type Changes, listenForChanges } from './listen-for-changes.ts';

/** Resolves at the next change that a subscriber of its own is told of. */
function nextChange({ subscribe }: Pick<Changes, 'subscribe'>): Promise<void> {
  return new Promise((resolve) => {
    const end = subscribe(() => {
      end();
      resolve();
    });
  });
}

const notify = ({ ask }: Connected) => ask(`select pg_notify('runs', '')`);

async function listen(driver: Driver, statements = '') {
  const url = await createDatabase(statements);
  const connected = connect(driver, url);
  return { connected, other: connect(driver, url), changes: await listenForChanges(connected.db, 'runs') };
}

const killListeners = ({ ask }: Connected) =>
  ask(`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query ilike 'listen %'`);

describe.each(DRIVERS)('changes over $name', (driver) => {
  it('are told until the subscription is ended', async () => {
    const { other, changes } = await listen(driver);
    const onChange = vi.fn();
    const end = changes.subscribe(onChange);
    for (const times of [1, 2]) {
      const change = nextChange(changes);
      await notify(other);
      await change;
      expect(onChange).toHaveBeenCalledTimes(times);
    }
    end();
    const change = nextChange(changes);
    await notify(other);
    await change;
    expect(onChange).toHaveBeenCalledTimes(2);
  });

  it('reach every subscriber, whatever another one throws', async () => {
    const { other, changes } = await listen(driver);
    changes.subscribe(() => {
      throw new Error('of no concern to others');
    });
    const change = nextChange(changes);
    await notify(other);
    await change;
  });

  it('come from triggers that notify the channel', async () => {
    const { other, changes } = await listen(
      driver,
      `${CHANGES_SCHEMA}
      create table jobs (id int);
      create trigger begun after insert on jobs for each row execute function notify_channel('runs')`,
    );
    const change = nextChange(changes);
    await other.ask('insert into jobs values (1) returning id');
    await change;
  });

  it('go on over a new connection when the old one breaks, which counts as a change', async () => {
    const { other, changes } = await listen(driver);
    const listensAgain = nextChange(changes);
    await killListeners(other);
    await listensAgain;
    const change = nextChange(changes);
    await notify(other);
    await change;
  });

  it('end when they are closed', async () => {
    const { other, changes } = await listen(driver);
    const onChange = vi.fn();
    changes.subscribe(onChange);
    await changes.close();
    const witness = await listenForChanges(other.db, 'runs');
    const change = nextChange(witness);
    await notify(other);
    await change;
    expect(onChange).not.toHaveBeenCalled();
  });

  it('are not listened for in vain where there is no database', async () => {
    const { db } = connect(driver, 'postgres://nobody@127.0.0.1:1/none');
    await expect(listenForChanges(db, 'runs')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it.skipIf(inject('POOLER_URL') === undefined)('do not arrive behind a pooler, which is said', async () => {
    const { db } = connect(driver, behindPooler(await createDatabase()));
    const { ready, stop } = followChannel(databaseOf(db), 'runs', 500);
    await expect(ready).rejects.toThrow('LISTEN needs a connection to the database itself');
    await stop();
  });
});
