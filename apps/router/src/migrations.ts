import { stateStoreMigrations } from '@sluice/persistence';

/** The router's own Postgres schema: what assign-owner remembers. */
export const routerSchema = { schema: 'router', migrations: stateStoreMigrations } as const;
