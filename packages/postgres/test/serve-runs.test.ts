import type { Run, Runs } from '@quietgate/core';
import { describeRuns } from '@quietgate/http-adapters/contract/adapter-contract';
import { runsHosts } from '@quietgate/http-adapters/contract/runs-hosts';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { createPostgresRuns } from '../src/runs/create-postgres-runs.ts';
import { RUNS_SCHEMA } from '../src/schema.ts';
import { type Connected, DRIVERS, openDatabase } from './database.ts';

describe.each(DRIVERS)('over $name,', (driver) => {
  let shared: Connected;
  beforeAll(async () => {
    shared = driver.open(await openDatabase(RUNS_SCHEMA));
  });
  afterAll(() => shared.end());

  /** Runs in the one database, which are over with their test. */
  const open = (): Runs => {
    const runs = createPostgresRuns(shared.db);
    const begun: Run[] = [];
    onTestFinished(async () => {
      for (const run of begun) run.end();
      await runs.drain({ maxWaitMs: 60_000 });
    });
    return {
      ...runs,
      async begin(id) {
        const run = await runs.begin(id);
        begun.push(run);
        return run;
      },
    };
  };

  // What no framework can break is checked on runs in memory.
  for (const host of Object.values(runsHosts)) describeRuns({ ...host, checksLaws: false }, open);
});
