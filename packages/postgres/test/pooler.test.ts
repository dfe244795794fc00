import { describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { createPostgresCordon } from '../src/cordon/create-postgres-cordon.ts';
import { createPostgresRuns } from '../src/runs/create-postgres-runs.ts';
import { applySchema } from '../src/schema.ts';
import { behindPooler, connect, createDatabase, DRIVERS } from './database.ts';

const LIMIT = { timeout: 60_000 };

describe.skipIf(inject('POOLER_URL') === undefined).each(DRIVERS)(
  'behind pgbouncer in transaction mode, where that is installed, with $name',
  (driver) => {
    const open = async () => {
      const url = await createDatabase();
      const pooled = connect(driver, behindPooler(url));
      await applySchema(pooled.db);
      return { direct: connect(driver, url), pooled };
    };

    it('the cordon admits, refuses, renews and lifts', async () => {
      const { pooled } = await open();
      const { admit, raise, lift, remainingMs, holders } = createPostgresCordon(pooled.db);
      const all = await Promise.all(Array.from({ length: 30 }, (_, each) => admit(() => each)));
      expect(all).toHaveLength(30);
      const { id } = await raise('deploy-7', 60_000);
      expect((await raise('deploy-7', 60_000, id)).id).toBe(id);
      expect(await holders()).toEqual(['deploy-7']);
      await expect(admit(() => 1)).rejects.toMatchObject({ name: 'RunRefused' });
      await lift('*');
      expect(await remainingMs()).toBe(0);
      expect(await admit((tx) => driver.run(tx, 'select 1 as one'))).toEqual([{ one: 1 }]);
    });

    it('runs begin and end, and are told over a connection to the database itself', async () => {
      const { direct, pooled } = await open();
      const runs = createPostgresRuns(pooled.db, { listenOn: direct.db });
      onTestFinished(() => void runs.drain({ maxWaitMs: 1 }));
      const onChange = vi.fn();
      runs.subscribe(onChange);
      await vi.waitUntil(() => onChange.mock.calls.length === 1, LIMIT);
      const [first] = await Promise.all(Array.from({ length: 20 }, (_, each) => runs.begin(String(each))));
      expect(Array.from(await runs.list())).toHaveLength(20);
      await vi.waitUntil(() => onChange.mock.calls.length === 21, LIMIT);
      first?.end();
      await vi.waitUntil(() => onChange.mock.calls.length === 22, LIMIT);
      expect(Array.from(await runs.list())).toHaveLength(19);
    });
  },
);
