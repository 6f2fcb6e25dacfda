import { deadLetterHeaderNames, deadLetterTopicOf, headerNames, inquiryRaw } from '@sluice/contracts';
import { createPostgres, migrate, type Postgres } from '@sluice/persistence';
import type { ProducedRecord, ProjectedEvent } from '@sluice/stage';
import { onePlaybook } from '@sluice/stage/testing';
import { randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiSchema } from '../migrations.ts';
import { createDeadLetters, type DeadLetters, type ReplayOrder } from './dead-letters.ts';
import { createProjector } from './project.ts';

const { postgresUrl: url } = testInfrastructure();
const schema = randomName('dead');
const published: ProducedRecord[] = [];
let postgres: Postgres;
let deadLetters: DeadLetters;

const inquiryId = '11111111-1111-5111-8111-111111111111';
const [broken, mended] = ['b'.repeat(64), 'm'.repeat(64)];

const letter = (
  stage: string,
  topic: string,
  offset: bigint,
  stamp: Readonly<Record<string, string>>,
): ProjectedEvent => ({
  type: deadLetterTopicOf(topic, stage),
  id: `${stage}-${offset}`,
  data: null,
  time: null,
  record: {
    topic: deadLetterTopicOf(topic, stage),
    partition: 0,
    offset,
    key: Buffer.from('k'),
    value: Buffer.from('v'),
    timestamp: 1,
    headers: {
      [headerNames.subject]: Buffer.from(inquiryId),
      [headerNames.brand]: Buffer.from('default'),
      [deadLetterHeaderNames.topic]: Buffer.from(topic),
      [deadLetterHeaderNames.stage]: Buffer.from(stage),
      ...Object.fromEntries(Object.entries(stamp).map(([name, value]) => [name, Buffer.from(value)])),
    },
  },
});

beforeAll(async () => {
  postgres = createPostgres({ url });
  await migrate({ url, schema, migrations: apiSchema.migrations });
  const raw = inquiryRaw.v1.type;
  await postgres.query(
    `insert into "${schema}".inquiry (inquiry_id, last_at, brand, source) values ($1, now(), 'default', 'mail')`,
    [inquiryId],
  );
  await createProjector(
    postgres,
    schema,
  )([
    letter('score-inquiry', 'inquiry.enriched.v1', 1n, {
      [headerNames.playbook]: broken,
      [deadLetterHeaderNames.playbook]: broken,
    }),
    // What came in bears no stamp of its own yet.
    letter('normalize-inquiry', raw, 2n, { [deadLetterHeaderNames.playbook]: broken }),
  ]);
  const { active } = onePlaybook(null, mended);
  deadLetters = createDeadLetters(postgres, schema, {
    transport: {
      publish: async (records) => {
        published.push(...records);
      },
    },
    playbooks: {
      active: async (selector) => {
        expect(selector).toEqual({ brand: 'default', source: 'mail' });
        return active(selector);
      },
    },
  });
});
beforeEach(async () => {
  published.splice(0);
  await postgres.query(`update "${schema}".dead_letter set replayed_at = null`);
});
afterAll(async () => {
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
});

const replay = (playbook: ReplayOrder['playbook']) =>
  deadLetters.replay({ who: 'ada', why: 'a test', dryRun: false, limit: 10, playbook });
const stamps = () => published.map(({ topic, headers }) => [topic, String(headers[headerNames.playbook])]).sort();

describe('putting dead letters back', () => {
  it('has them decided by the version they failed by, when that is asked for', async () => {
    await replay('original');
    expect(stamps()).toEqual([
      ['inquiry.enriched.v1', broken],
      ['inquiry.raw.v1', broken],
    ]);
  });

  it('has them decided by the version that is in force now, when that is asked for', async () => {
    await replay('active');
    expect(stamps()).toEqual([
      ['inquiry.enriched.v1', mended],
      ['inquiry.raw.v1', mended],
    ]);
  });

  it('puts back what failed of one inquiry, once, and nothing of another', async () => {
    const [mine, other] = [inquiryId, '22222222-2222-5222-8222-222222222222'];
    const of = (id: string) =>
      deadLetters.replay({ who: 'ada', why: 'a test', dryRun: false, limit: 10, playbook: 'original', inquiryId: id });
    expect([
      (await of(other)).replayed.length,
      (await of(mine)).replayed.length,
      (await of(mine)).replayed.length,
    ]).toEqual([0, 2, 0]);
    expect(await deadLetters.list({ inquiryId: other, limit: 10 })).toEqual([]);
  });

  it('leaves nothing of the failure on them, and notes who asked for which version', async () => {
    await replay('active');
    expect(published.flatMap(({ headers }) => Object.keys(headers)).filter((name) => name.includes('errors'))).toEqual(
      [],
    );
    const [audit] = await postgres.query(`select who, detail from "${schema}".audit order by id desc limit 1`);
    expect([audit?.['who'], JSON.parse(String(audit?.['detail']))]).toMatchObject(['ada', { playbook: 'active' }]);
  });
});
