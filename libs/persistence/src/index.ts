export { BLOBS_SCHEMA, blobStoreMigrations, createBlobStore } from './blob-store.ts';
export { createJobQueue, type JobQueue, type JobQueueOptions, type ScheduledJob, type TakenJob } from './jobs/job-queue.ts';
export { isMigrated, migrate, type Migration, type MigrationSet } from './migrate.ts';
export {
  createPlaybookSource, PLAYBOOKS_SCHEMA, playbookStoreMigrations, publishPlaybooks, type Activation, type PublishedPlaybook,
} from './playbook-store.ts';
export { createPostgres, type Postgres, type PostgresOptions, type Queryable, type Row } from './postgres.ts';
export { createStateStore, pruneOutcomes, stateStoreMigrations } from './state-store.ts';
