import { BLOBS_SCHEMA, blobStoreMigrations } from './blob-store.ts';
import { PLAYBOOKS_SCHEMA, playbookStoreMigrations } from './playbooks/playbook-migrations.ts';

/** Schemas that belong to no service: several read them through this library. */
export const platformSchemas = {
  blobs: { schema: BLOBS_SCHEMA, migrations: blobStoreMigrations },
  playbooks: { schema: PLAYBOOKS_SCHEMA, migrations: playbookStoreMigrations },
} as const;
