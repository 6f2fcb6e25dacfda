export { createBlobPruner, createBlobStore } from './blob-store.ts';
export { defineEntity, type EntityStore } from './entities.ts';
export { migrate, type Migration, type MigrationSet } from './migrate.ts';
export { createMigrationsCheck } from './migrations-check.ts';
export { platformSchemas } from './platform-schemas.ts';
export { createPlaybookSource, type Activation, type StoredPlaybooks } from './playbooks/playbook-source.ts';
export { publishPlaybooks, type Publication } from './playbooks/publish-playbooks.ts';
export type {
  Binding,
  Movement,
  PlaybookHead,
  PlaybookVersion,
  VersionContent,
} from './playbooks/playbook-entities.ts';
export {
  createVersionStore,
  type By,
  type Change,
  type Expected,
  type Move,
  type PublishedPlaybook,
  type VersionPage,
  type VersionStore,
} from './playbooks/version-store.ts';
export {
  createPostgres,
  type Database,
  type Postgres,
  type PostgresOptions,
  type Queryable,
  type Row,
} from './postgres.ts';
export { createStatePruner, createStateStore, stateStoreMigrations } from './state-store.ts';
export { createSwitchKeeper } from './switches/keep-switches.ts';
export { createSwitchStore, switchMigrations, type KnownSwitch, type SwitchStore } from './switches/switch-store.ts';
