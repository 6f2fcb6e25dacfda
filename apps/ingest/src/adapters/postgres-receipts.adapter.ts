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
  {
    // Receipts say which content an id stands for, and end.
    name: 'ReceiptsOfContent1795640400000',
    up: [
      `drop table {schema}.receipt`,
      `create table {schema}.receipt (inquiry_id uuid primary key, fingerprint text, is_acknowledged boolean not null default false,
        kept_until timestamptz not null)`,
      `create table {schema}.content_window (content_id uuid primary key, began_at timestamptz not null, ends_at timestamptz not null)`,
      `create index content_window_ends_at on {schema}.content_window (ends_at)`,
      `create index receipt_kept_until on {schema}.receipt (kept_until)`,
      `create index idempotency_key_begun_at on {schema}.idempotency_key (begun_at)`,
    ],
  },
];

const SECONDS_OF_A_MINUTE = 60;

export const createReceipts = (postgres: Postgres, schema: string): Receipts => ({
  async claim({ inquiryId, fingerprint, days }) {
    const [mine] = await postgres.query(
      `insert into "${schema}".receipt as r (inquiry_id, fingerprint, kept_until)
       values ($1, $2, now() + make_interval(days => $3))
       on conflict (inquiry_id) do update set fingerprint = coalesce(r.fingerprint, excluded.fingerprint)
         where r.fingerprint is null or excluded.fingerprint is null or r.fingerprint = excluded.fingerprint
       returning is_acknowledged`,
      [inquiryId, fingerprint, days],
    );
    if (mine === undefined) return 'other';
    return mine['is_acknowledged'] === true ? 'acknowledged' : 'new';
  },
  async openWindow({ contentId, receivedAt, minutes }) {
    const [row] = await postgres.query(
      `insert into "${schema}".content_window as w (content_id, began_at, ends_at)
       values ($1, $2::timestamptz, $2::timestamptz + make_interval(secs => $3))
       on conflict (content_id) do update set
         began_at = case when w.ends_at >= excluded.began_at then w.began_at else excluded.began_at end,
         ends_at = case when w.ends_at >= excluded.began_at then w.ends_at else excluded.ends_at end
       returning began_at`,
      [contentId, receivedAt, minutes * SECONDS_OF_A_MINUTE],
    );
    return (row?.['began_at'] as Date).toISOString();
  },
  acknowledge: async (inquiryId) => {
    await postgres.query(
      `update "${schema}".receipt set is_acknowledged = true where inquiry_id = $1 and not is_acknowledged`,
      [inquiryId],
    );
  },
});

/** An attempt that never finished (its process died) holds its key for this long. */
const ABANDONED = "interval '1 minute'";
const KEPT = "interval '24 hours'";

export const createIdempotencyKeys = (postgres: Postgres, schema: string): IdempotencyKeys => ({
  async begin(key, fingerprint) {
    const taken = await postgres.query(
      `insert into "${schema}".idempotency_key as k (key, fingerprint) values ($1, $2)
       on conflict (key) do update set fingerprint = $2, answer = null, begun_at = now()
         where k.begun_at < now() - ${KEPT} or (k.answer is null and k.begun_at < now() - ${ABANDONED})
       returning 1`,
      [key, fingerprint],
    );
    if (taken.length > 0) return { kind: 'new' };
    const [row] = await postgres.query(`select fingerprint, answer from "${schema}".idempotency_key where key = $1`, [
      key,
    ]);
    // Pruned between the two statements: it is a new one after all, without a row to hold it.
    if (row === undefined) return { kind: 'new' };
    if (row['fingerprint'] !== fingerprint) return { kind: 'other-body' };
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

const LIMIT = 1_000;

/** What has ended, a table each: rows of one statement are bounded, and any number of processes may delete. */
const ended = (schema: string): readonly string[] => [
  `delete from "${schema}".receipt where ctid in
    (select ctid from "${schema}".receipt where kept_until < now() limit $1 for update skip locked) returning 1`,
  `delete from "${schema}".content_window where ctid in
    (select ctid from "${schema}".content_window where ends_at < now() limit $1 for update skip locked) returning 1`,
  `delete from "${schema}".idempotency_key where ctid in
    (select ctid from "${schema}".idempotency_key where begun_at < now() - ${KEPT} limit $1 for update skip locked) returning 1`,
];

/** Deletes receipts and answers whose time is over, some at a time; `again` while there may be more. */
export const createReceiptPruner =
  (postgres: Postgres, { schema }: { readonly schema: string }) =>
  async (): Promise<'again' | 'rest'> => {
    let mostDeleted = 0;
    for (const statement of ended(schema))
      mostDeleted = Math.max(mostDeleted, (await postgres.query(statement, [LIMIT])).length);
    return mostDeleted < LIMIT ? 'rest' : 'again';
  };
