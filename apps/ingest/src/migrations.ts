import { stateStoreMigrations } from '@sluice/persistence';
import { receiptMigrations } from './adapters/postgres-receipts.adapter.ts';

/** Intake's own Postgres schema: receipts, idempotency keys, and what normalize-inquiry remembers. */
export const ingestSchema = { schema: 'ingest', migrations: [...stateStoreMigrations, ...receiptMigrations] } as const;
