import {
  deadLetterHeaderNames,
  deadLetterTopicOf,
  headerNames,
  inquiryNormalized,
  inquiryRaw,
} from '@sluice/contracts';
import { aRawInquiry } from '@sluice/contracts/testing';
import { createPostgres, migrate, type Postgres } from '@sluice/persistence';
import type { ProjectedEvent } from '@sluice/stage';
import { randomName, testInfrastructure } from '@sluice/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiSchema } from '../migrations.ts';
import { createProjector } from './project.ts';

const { postgresUrl: url } = testInfrastructure();
const schema = randomName('project');
const normalized = JSON.parse(
  readFileSync(
    join(
      import.meta.dirname,
      '..',
      '..',
      '..',
      '..',
      'libs',
      'contracts',
      'golden',
      inquiryNormalized.v1.type,
      'first.json',
    ),
    'utf8',
  ),
) as object;
let postgres: Postgres;
let offset = 0n;

const event = (type: string, data: unknown, headers: Readonly<Record<string, string>> = {}): ProjectedEvent => ({
  type,
  id: `${type}-${offset}`,
  data,
  time: null,
  record: {
    topic: type,
    partition: 0,
    offset: (offset += 1n),
    key: null,
    value: null,
    timestamp: 1,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)])),
  },
});
const eventsOf = (inquiryId: string) => ({
  raw: () => event(inquiryRaw.v1.type, { ...aRawInquiry(), inquiryId }),
  normalized: () => event(inquiryNormalized.v1.type, { ...normalized, inquiryId }),
  letter: () =>
    event(deadLetterTopicOf(inquiryRaw.v1.type, 'normalize-inquiry'), null, {
      [headerNames.subject]: inquiryId,
      [deadLetterHeaderNames.topic]: inquiryRaw.v1.type,
      [deadLetterHeaderNames.stage]: 'normalize-inquiry',
    }),
});
const stateAfter = async (inquiryId: string, events: readonly ProjectedEvent[]): Promise<unknown> => {
  await createProjector(postgres, schema)(events);
  return (await postgres.query(`select state from "${schema}".inquiry where inquiry_id = $1`, [inquiryId]))[0]?.[
    'state'
  ];
};

beforeAll(async () => {
  postgres = createPostgres({ url });
  await migrate({ url, schema, migrations: apiSchema.migrations });
});
afterAll(async () => {
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
});

describe('an inquiry of which a record is a dead letter', () => {
  it('is dead-lettered until it goes on, as when the mail comes of which only the id was known', async () => {
    const id = '11111111-1111-5111-8111-111111111111';
    const { raw, letter, normalized: goesOn } = eventsOf(id);
    expect(await stateAfter(id, [raw(), letter()])).toBe('dead-lettered');
    expect(await stateAfter(id, [raw()])).toBe('dead-lettered');
    expect(await stateAfter(id, [goesOn()])).toBe('normalized');
  });

  it('is as far as it got, where the record came after it had gone on', async () => {
    const id = '22222222-2222-5222-8222-222222222222';
    const { raw, letter, normalized: goesOn } = eventsOf(id);
    expect(await stateAfter(id, [raw(), goesOn(), raw(), letter()])).toBe('normalized');
  });
});
