export { type Changes, listenForChanges } from './changes/listen-for-changes.ts';
export {
  createPostgresCordon,
  type PostgresCordon,
  type PostgresCordonOptions,
} from './cordon/create-postgres-cordon.ts';
export {
  type PgPoolLike,
  type PostgresClientLike,
  type PostgresDatabase,
  type TransactionOf,
} from './database/database-of.ts';
export {
  createPostgresRuns,
  type PostgresRuns,
  type PostgresRunsOptions,
} from './runs/create-postgres-runs.ts';
export { applySchema, CHANGES_SCHEMA, CORDON_SCHEMA, RUNS_SCHEMA } from './schema.ts';
