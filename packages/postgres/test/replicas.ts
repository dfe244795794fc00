import type { Runs } from '@quietgate/core';
import { onTestFinished } from 'vitest';
import { createPostgresRuns, type PostgresRunsOptions } from '../src/runs/create-postgres-runs.ts';
import { RUNS_SCHEMA } from '../src/schema.ts';
import { connect, createDatabase, type Driver } from './database.ts';
import { openLink } from './link.ts';

/** What a replica lists that nothing happens to. */
export function witness(driver: Driver, url: string) {
  const { db, ask } = connect(driver, url);
  const runs = createPostgresRuns(db);
  return { url, db, ask, runs, ids: () => idsOf(runs) };
}

/** A replica whose network a test can break, and one to whom nothing happens. */
export async function startOverLink(driver: Driver, options: PostgresRunsOptions = {}) {
  const url = await createDatabase(RUNS_SCHEMA);
  const link = await openLink(url);
  const { db, ask } = connect(driver, link.url);
  const runs = createPostgresRuns(db, { onError: () => undefined, ...options });
  onTestFinished(() => void runs.drain({ maxWaitMs: 1 }));
  return { link, db, runs, ask, there: witness(driver, url) };
}

/** What is in flight, as one of them lists it. */
export async function idsOf(runs: Runs): Promise<string[]> {
  return Array.from(await runs.list(), ({ id }) => id);
}
