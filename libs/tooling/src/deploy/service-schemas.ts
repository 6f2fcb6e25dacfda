import { apiSchema } from '@sluice/api/migrations';
import { enricherSchema } from '@sluice/enricher/migrations';
import { ingestSchema } from '@sluice/ingest/migrations';
import { notifierSchema } from '@sluice/notifier/migrations';
import type { Migration } from '@sluice/persistence';
import { routerSchema } from '@sluice/router/migrations';

/** Every service's own Postgres schema. */
export const serviceSchemas: readonly { readonly schema: string; readonly migrations: readonly Migration[] }[] = [
  ingestSchema,
  enricherSchema,
  routerSchema,
  notifierSchema,
  apiSchema,
];
