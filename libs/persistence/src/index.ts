export { createBlobStore } from './blob-store.ts';
export {
  createJobQueue,
  type JobQueue,
  type JobQueueOptions,
  type ScheduledJob,
  type TakenJob,
} from './jobs/job-queue.ts';
export { migrate, type Migration, type MigrationSet } from './migrate.ts';
export { createMigrationsCheck } from './migrations-check.ts';
export { platformSchemas } from './platform-schemas.ts';
export { createPlaybookSource, type Activation } from './playbooks/playbook-source.ts';
export type { By, Move, PublishedPlaybook } from './playbooks/change-playbook.ts';
export { publishPlaybooks, type Publication } from './playbooks/publish-playbooks.ts';
export type { Binding, Movement, PlaybookHead, PlaybookVersion, VersionContent } from './playbooks/version-records.ts';
export { createVersionStore, type Change, type Expected, type VersionStore } from './playbooks/version-store.ts';
export { createPostgres, type Postgres, type PostgresOptions, type Queryable, type Row } from './postgres.ts';
export { createStatePruner, createStateStore, stateStoreMigrations } from './state-store.ts';
