import { startCluster } from '@quietgate/testkit/embedded-cluster';
import { hasPgbouncer, startPgbouncer } from '@quietgate/testkit/pgbouncer';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    readonly DATABASE_URL: string;
    /** The same database behind pgbouncer in transaction mode; absent where that is not installed. */
    readonly POOLER_URL: string | undefined;
  }
}

/** One PostgreSQL, and one pooler in front of it, for all files of tests. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startCluster();
  const pooler = hasPgbouncer() ? await startPgbouncer(cluster.url) : undefined;
  project.provide('DATABASE_URL', cluster.url);
  project.provide('POOLER_URL', pooler?.url('postgres'));
  return async () => {
    await pooler?.stop();
    await cluster.stop();
  };
}
