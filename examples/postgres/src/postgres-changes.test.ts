import { expect, test, vi } from 'vitest';
import { listenForChanges } from './postgres-changes.ts';
import { connect, createDatabase } from '../test/database.ts';

/** Listens to a channel, and resolves at the next change that a listener of its own is told of. */
async function listenInDatabase() {
  const url = await createDatabase();
  const { subscribe } = await listenForChanges(connect(url), 'runs');
  const nextChange = () =>
    new Promise<void>((resolve) => {
      const end = subscribe(() => {
        end();
        resolve();
      });
    });
  return { sql: connect(url), subscribe, nextChange };
}

test('a subscription lasts until it is ended', async () => {
  const { sql, subscribe, nextChange } = await listenInDatabase();
  const onChange = vi.fn();
  const end = subscribe(onChange);
  for (const times of [1, 2]) {
    const change = nextChange();
    await sql.notify('runs', '');
    await change;
    expect(onChange).toHaveBeenCalledTimes(times);
  }
  end();
  const change = nextChange();
  await sql.notify('runs', '');
  await change;
  expect(onChange).toHaveBeenCalledTimes(2);
});

test('a connection that breaks is made anew, and what was lost meanwhile counts as a change', async () => {
  const { sql, nextChange } = await listenInDatabase();
  const listensAgain = nextChange();
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query like 'listen %'`;
  await listensAgain;
  const change = nextChange();
  await sql.notify('runs', '');
  await change;
});
