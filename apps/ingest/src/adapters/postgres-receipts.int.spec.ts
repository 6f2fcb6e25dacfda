import { createPostgres, migrate, type Postgres } from '@sluice/persistence';
import { randomName, testInfrastructure } from '@sluice/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestSchema } from '../migrations.ts';
import { receiptsSuite } from '../ports/receipts.suite.ts';
import { createIdempotencyKeys, createReceiptPruner, createReceipts } from './postgres-receipts.adapter.ts';

const url = testInfrastructure().postgresUrl;
const schema = randomName('receipts');
let postgres: Postgres;

beforeAll(async () => {
  postgres = createPostgres({ url });
  await migrate({ url, schema, migrations: ingestSchema.migrations });
});
afterAll(async () => {
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
});

receiptsSuite({
  receipts: () => createReceipts(postgres, schema),
  keys: () => createIdempotencyKeys(postgres, schema),
});

describe('what is kept ends', () => {
  const prune = () => createReceiptPruner(postgres, { schema })();
  const count = async (table: string): Promise<number> =>
    Number((await postgres.query(`select count(*) as n from "${schema}".${table}`))[0]?.['n']);

  it('receipts by what was said of them, answers after a day', async () => {
    await postgres.query(`truncate "${schema}".receipt, "${schema}".content_window, "${schema}".idempotency_key`);
    const receipts = createReceipts(postgres, schema);
    const [ended, kept] = [randomUUID(), randomUUID()];
    for (const inquiryId of [ended, kept]) await receipts.claim({ inquiryId, fingerprint: 'a', days: 30 });
    await postgres.query(`update "${schema}".receipt set kept_until = now() where inquiry_id = $1`, [ended]);
    for (const key of ['old', 'new']) await createIdempotencyKeys(postgres, schema).begin(key, 'body');
    await postgres.query(
      `update "${schema}".idempotency_key set begun_at = begun_at - interval '25 hours' where key = 'old'`,
    );
    for (const receivedAt of ['2026-01-05T09:00:00.000Z', new Date().toISOString()])
      await receipts.openWindow({ contentId: randomUUID(), receivedAt, minutes: 10 });
    expect(await prune()).toBe('rest');
    expect([await count('receipt'), await count('idempotency_key'), await count('content_window')]).toEqual([1, 1, 1]);
    expect(await receipts.claim({ inquiryId: ended, fingerprint: 'b', days: 30 })).toBe('new');
  });
});
