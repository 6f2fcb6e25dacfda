import { createHash } from 'node:crypto';
import type { BlobStore } from '@sluice/stage';
import type { Migration } from './migrate.ts';
import type { Postgres } from './postgres.ts';

export const BLOBS_SCHEMA = 'blobs';

export const blobStoreMigrations: readonly Migration[] = [
  {
    name: 'CreateBlobs1796000000001',
    up: [
      `create table {schema}.blob (sha256 text primary key, media_type text not null, bytes bytea not null, stored_at timestamptz not null default now(), keep_until timestamptz not null)`,
      `create index blob_keep_until on {schema}.blob (keep_until)`,
    ],
  },
];

/** Blobs in Postgres, the default adapter. */
export const createBlobStore = (postgres: Postgres, schema = BLOBS_SCHEMA): BlobStore => ({
  async put(bytes, { mediaType, keepDays }) {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await postgres.query(
      `insert into "${schema}".blob as b (sha256, media_type, bytes, keep_until) values ($1, $2, $3, now() + make_interval(days => $4))
       on conflict (sha256) do update set keep_until = greatest(b.keep_until, excluded.keep_until)`,
      [sha256, mediaType, bytes, keepDays],
    );
    return sha256;
  },
  async get(sha256) {
    const [row] = await postgres.query(`select bytes from "${schema}".blob where sha256 = $1`, [sha256]);
    return (row?.['bytes'] as Buffer | undefined) ?? null;
  },
});

const PRUNE = (schema: string) => `delete from "${schema}".blob where sha256 in
  (select sha256 from "${schema}".blob where keep_until < now() order by keep_until limit $1 for update skip locked) returning 1`;

/** Few: a blob may be as large as a mail. */
const PRUNED_AT_ONCE = 100;

/** Deletes blobs whose time is over, some at a time, from any number of processes; `again` while there may be more. */
export const createBlobPruner =
  (postgres: Postgres, schema = BLOBS_SCHEMA) =>
  async (): Promise<'again' | 'rest'> =>
    (await postgres.query(PRUNE(schema), [PRUNED_AT_ONCE])).length < PRUNED_AT_ONCE ? 'rest' : 'again';
