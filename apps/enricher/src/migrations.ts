import { stateStoreMigrations } from '@sluice/persistence';

/** The enricher's own Postgres schema: what enrich-inquiry remembers of each contact. */
export const enricherSchema = { schema: 'enricher', migrations: stateStoreMigrations } as const;
