import { createHash } from 'node:crypto';
import type { BlobStore } from '@sluice/stage';
import type { Migration } from './migrate.ts';
import type { Postgres } from './postgres.ts';

export const BLOBS_SCHEMA = 'blobs';

export const blobStoreMigrations: readonly Migration[] = [
  {
    name: 'CreateBlobs1763700000001',
    up: [
      `create table {schema}.blob (sha256 text primary key, media_type text not null, bytes bytea not null, stored_at timestamptz not null default now())`,
    ],
  },
];

/** Blobs in Postgres, the default adapter. */
export const createBlobStore = (postgres: Postgres, schema = BLOBS_SCHEMA): BlobStore => ({
  async put(bytes, mediaType) {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await postgres.query(
      `insert into "${schema}".blob (sha256, media_type, bytes) values ($1, $2, $3) on conflict do nothing`,
      [sha256, mediaType, bytes],
    );
    return sha256;
  },
  async get(sha256) {
    const [row] = await postgres.query(`select bytes from "${schema}".blob where sha256 = $1`, [sha256]);
    return (row?.['bytes'] as Buffer | undefined) ?? null;
  },
});
