import { cordonLaws } from '@quietgate/testkit/laws/cordon-laws';
import { runsLaws } from '@quietgate/testkit/laws/runs-laws';
import { runs as numRuns } from '@quietgate/testkit/property-runs';
import { describe, onTestFinished } from 'vitest';
import { createPostgresCordon } from '../src/cordon/create-postgres-cordon.ts';
import { createPostgresRuns } from '../src/runs/create-postgres-runs.ts';
import { CORDON_SCHEMA, RUNS_SCHEMA } from '../src/schema.ts';
import { CLOCK, connect, createDatabase, DRIVERS, instead, pass } from './database.ts';

describe.each(DRIVERS)('over $name,', (driver) => {
  cordonLaws(
    'one in PostgreSQL',
    async (limits) => {
      const { db, ask } = connect(driver, await createDatabase(instead(`${CLOCK}; ${CORDON_SCHEMA}`)));
      return { cordon: createPostgresCordon(db, limits), pass: (ms) => pass(ask, ms) };
    },
    numRuns(5),
  );

  runsLaws(
    'those in PostgreSQL',
    async () => {
      const runs = createPostgresRuns(connect(driver, await createDatabase(RUNS_SCHEMA)).db);
      onTestFinished(async () => {
        await runs.drain({ maxWaitMs: 1 }).catch(() => undefined);
      });
      return runs;
    },
    numRuns(5),
  );
});
