import { createPostgres, migrate, type Postgres } from '@sluice/persistence';
import type { ProducedRecord } from '@sluice/stage';
import { randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiSchema } from '../migrations.ts';
import { createDeadLetters } from './dead-letters.ts';

const url = testInfrastructure().postgresUrl;
const schema = randomName('dead');
const [MINE, OTHER] = ['11111111-1111-5111-8111-111111111111', '22222222-2222-5222-8222-222222222222'];
let postgres: Postgres;

const bury = (id: string, inquiryId: string): Promise<unknown> => postgres.query(
  `insert into "${schema}".dead_letter (id, source_topic, stage, exception, message, fingerprint, inquiry_id, failed_at, key, value, headers)
   values ($1, 'inquiry.raw.v1', 'normalize-inquiry', 'mail-not-here', 'only its id came', 'f', $2, now(), 'k', 'v', '{}')`, [id, inquiryId]);

beforeAll(async () => {
  postgres = createPostgres({ url });
  await migrate({ url, ...apiSchema, schema });
  await bury('t/0/1', MINE);
  await bury('t/0/2', OTHER);
});
afterAll(async () => {
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
});

it('what failed of one inquiry is put back on its topic, once, and no other\'s', async () => {
  const published: ProducedRecord[] = [];
  const letters = createDeadLetters(postgres, schema, { publish: async (records) => { published.push(...records); } });
  const order = { inquiryId: MINE, who: 'ops', why: 'POST /admin/replay', dryRun: false, limit: 10 };
  expect(await letters.list({ inquiryId: MINE, limit: 10 })).toEqual([expect.objectContaining({ id: 't/0/1', inquiryId: MINE })]);
  expect(await letters.replay(order)).toEqual({ selected: 1, replayed: ['t/0/1'] });
  expect(await letters.replay(order)).toEqual({ selected: 0, replayed: [] });
  expect(published.map(({ topic, headers }) => [topic, headers['sluice_replay_of']])).toEqual([['inquiry.raw.v1', 't/0/1']]);
});
