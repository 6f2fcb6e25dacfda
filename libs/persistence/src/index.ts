export { createBlobStore } from './blob-store.ts';
export { createJobQueue, type JobQueue, type JobQueueOptions, type ScheduledJob, type TakenJob } from './jobs/job-queue.ts';
export { migrate, type Migration, type MigrationSet } from './migrate.ts';
export { createMigrationsCheck } from './migrations-check.ts';
export { platformSchemas } from './platform-schemas.ts';
export {
  createPlaybookSource, publishPlaybooks, type Activation, type PublishedPlaybook,
} from './playbook-store.ts';
export { createPostgres, type Postgres, type PostgresOptions, type Queryable, type Row } from './postgres.ts';
export { createStateStore, pruneOutcomes, stateStoreMigrations } from './state-store.ts';
