import { createPostgresRuns } from '@quietgate/postgres';
import pg from 'pg';
import postgres from 'postgres';

/* One process with a run, which says when that has begun. Told to end, it ends its pool, and nothing else. */
const { DATABASE_URL = '', DRIVER } = process.env;

const pool =
  DRIVER === 'pg' ? new pg.Pool({ connectionString: DATABASE_URL }) : postgres(DATABASE_URL, { max: 3 });
const runs = createPostgresRuns(pool);
const listens = new Promise<void>((resolve) => {
  runs.subscribe(resolve);
});
await runs.begin('t13');
await listens;
console.log('begun');
process.stdin.once('data', () => {
  process.stdin.destroy();
  void pool.end();
});
