import { stateStoreMigrations } from '@sluice/persistence';

/** The router's own Postgres schema: what its stages remember, and when they are due. */
export const routerSchema = { schema: 'router', migrations: stateStoreMigrations } as const;
