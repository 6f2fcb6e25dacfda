import type { Migration, Postgres } from '@sluice/persistence';
import type { IdempotencyKeys, Receipts } from '../ports/receipts.port.ts';

export const receiptMigrations: readonly Migration[] = [
  {
    name: 'CreateReceipts1763700000010',
    up: [
      `create table {schema}.receipt (inquiry_id uuid primary key, acknowledged_at timestamptz not null default now())`,
      `create table {schema}.idempotency_key (key text primary key, fingerprint text not null, answer jsonb, begun_at timestamptz not null default now())`,
    ],
  },
];

export const createReceipts = (postgres: Postgres, schema: string): Receipts => ({
  has: async (inquiryId) =>
    (await postgres.query(`select 1 from "${schema}".receipt where inquiry_id = $1`, [inquiryId])).length > 0,
  add: async (inquiryId) => {
    await postgres.query(`insert into "${schema}".receipt (inquiry_id) values ($1) on conflict do nothing`, [
      inquiryId,
    ]);
  },
});

/** An attempt that never finished (its process died) holds its key for this long. */
const ABANDONED = "interval '1 minute'";

export const createIdempotencyKeys = (postgres: Postgres, schema: string): IdempotencyKeys => ({
  async begin(key, fingerprint) {
    const taken = await postgres.query(
      `insert into "${schema}".idempotency_key as k (key, fingerprint) values ($1, $2)
       on conflict (key) do update set fingerprint = $2, answer = null, begun_at = now()
         where k.begun_at < now() - interval '24 hours' or (k.answer is null and k.begun_at < now() - ${ABANDONED})
       returning 1`,
      [key, fingerprint],
    );
    if (taken.length > 0) return { kind: 'new' };
    const [row] = await postgres.query(`select fingerprint, answer from "${schema}".idempotency_key where key = $1`, [
      key,
    ]);
    if (row?.['fingerprint'] !== fingerprint) return { kind: 'other-body' };
    return row['answer'] === null ? { kind: 'in-progress' } : { kind: 'answered', body: row['answer'] };
  },
  finish: async (key, body) => {
    await postgres.query(`update "${schema}".idempotency_key set answer = $2 where key = $1`, [
      key,
      JSON.stringify(body),
    ]);
  },
  release: async (key) => {
    await postgres.query(`delete from "${schema}".idempotency_key where key = $1 and answer is null`, [key]);
  },
});
