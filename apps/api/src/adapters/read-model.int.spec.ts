import { randomUUID } from 'node:crypto';
import { inquiryAssigned, inquiryRaw } from '@sluice/contracts';
import { uuidV5 } from '@sluice/kernel';
import { createPostgres, migrate, type Database, type EntityStore } from '@sluice/persistence';
import { onePlaybook } from '@sluice/stage/testing';
import { randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openReadModel } from '../entities.ts';
import { apiSchema } from '../migrations.ts';
import { createTestLog } from '../testing/logged-events.ts';
import { createDeadLetters, type DeadLetters } from './dead-letters.ts';
import { createPartitions } from './partitions.ts';
import { createPools } from './pools.ts';
import { createProjector } from './project.ts';
import { createReadModel, type InquiryPosition, type ReadModel } from './read-model.ts';

const url = testInfrastructure().postgresUrl;
const schema = randomName('large');
/** Ten events each. */
const INQUIRIES = 25_000;
const DAYS = 90;
const NOW = Date.parse('2026-11-26T00:00:00.000Z');
const DAY_MS = 86_400_000;
/** Of the many, few are of these. */
const EVERY = 5_000;

let postgres: Database;
let store: EntityStore;
let model: ReadModel;
let deadLetters: DeadLetters;

const idOf = (n: number): string => `00000000-0000-5000-8000-${String(n).padStart(12, '0')}`;
const ID = `('00000000-0000-5000-8000-' || lpad(n::text, 12, '0'))::uuid`;
const RECEIVED = `'2026-11-26T00:00:00Z'::timestamptz - (n % ${DAYS * 24}) * interval '1 hour' - n * interval '1 millisecond'`;
const RARE = `n % ${EVERY} = 0`;

const fill = async (): Promise<void> => {
  const days = Array.from({ length: DAYS + 3 }, (_, day) => new Date(NOW - (day - 1) * DAY_MS).toISOString());
  await createPartitions(postgres, schema).cover(days);
  await postgres.query(
    `insert into "${schema}".inquiry (inquiry_id, rank, state, cost_usd, last_at, first_logged_at, last_logged_at, received_at, brand, source, channel, category, label, queue, owner)
     select ${ID}, 12, case when ${RARE} then 'dead-lettered' else 'assigned' end, 0, ${RECEIVED} + interval '1 minute', ${RECEIVED}, ${RECEIVED} + interval '1 minute', ${RECEIVED},
       'default', 'form', 'form', case when ${RARE} then 'rare' else 'common' end, case when ${RARE} then 'rare' else 'common' end,
       case when ${RARE} then 'rare' else 'common' end, case when ${RARE} then 'rare' else 'common' end
     from generate_series(1, ${INQUIRIES}) n`,
  );
  await postgres.query(
    `insert into "${schema}".event (inquiry_id, logged_at, at, topic, partition, "offset", event_id, decision_id, brand, pool, has_content, data)
     select ${ID}, ${RECEIVED} + e * interval '1 second', ${RECEIVED} + e * interval '1 second',
       case e when 1 then 'inquiry.raw.v1' when 2 then 'inquiry.assigned.v1' else 'decision.journal.v1' end, n % 12, n, n || '-' || e,
       case when e > 5 then gen_random_uuid() end, case when e = 2 then 'default' end, case when e = 2 then case when ${RARE} then 'rare' else 'sales' end end, e = 1, '{}'
     from generate_series(1, ${INQUIRIES}) n, generate_series(1, 10) e`,
  );
  await postgres.query(
    `insert into "${schema}".event_content (inquiry_id, logged_at, topic, partition, "offset", content)
     select ${ID}, ${RECEIVED} + interval '1 second', 'inquiry.raw.v1', n % 12, n, '{"contact":{"name":"Ada"}}' from generate_series(1, ${INQUIRIES}) n`,
  );
  await postgres.query(
    `insert into "${schema}".effect (effect_id, inquiry_id, kind, target, state) select gen_random_uuid(), ${ID}, 'slack.message', '#all', 'confirmed' from generate_series(1, ${INQUIRIES}) n`,
  );
  await postgres.query(
    `insert into "${schema}".dead_letter (id, source_topic, stage, exception, message, fingerprint, inquiry_id, failed_at, bytes, headers, replayed_at)
     select 'l-' || n, case when ${RARE} then 'rare' else 'inquiry.raw.v1' end, case when ${RARE} then 'rare' else 'normalize-inquiry' end, 'TypeError', '',
       case when ${RARE} then 'rare' else 'common' end, ${ID}, ${RECEIVED}, 1, '{}', case when ${RARE} then null else now() end
     from generate_series(1, ${INQUIRIES}) n`,
  );
  await postgres.query(
    `vacuum analyze "${schema}".inquiry, "${schema}".event, "${schema}".event_content, "${schema}".effect, "${schema}".dead_letter`,
  );
};

/** Rows and index entries that were read since the schema was made, by whatever plan. */
const rowsRead = async (): Promise<number> => {
  await postgres.query('select pg_stat_force_next_flush()');
  const [row] = await postgres.query(
    `select (select sum(seq_tup_read) from pg_stat_user_tables where schemaname = $1) + (select sum(idx_tup_read) from pg_stat_user_indexes where schemaname = $1) as read`,
    [schema],
  );
  return Number(row?.['read']);
};
const readBy = async (work: () => Promise<unknown>): Promise<number> => {
  const before = await rowsRead();
  await work();
  return (await rowsRead()) - before;
};

beforeAll(async () => {
  // One connection: what it read is known once it has said so.
  postgres = createPostgres({ url, max: 1, statementTimeoutMs: 120_000 });
  await migrate({ url, schema, migrations: apiSchema.migrations });
  store = openReadModel(postgres, schema);
  model = createReadModel(store);
  deadLetters = createDeadLetters(store, {
    transport: { publish: async () => undefined },
    playbooks: onePlaybook(null),
  });
  await fill();
}, 180_000);
afterAll(async () => {
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
});

/** A page, and what is looked up beside it. */
const FEW = 1_500;

describe('over 250,000 events', () => {
  const known = idOf(12_345);
  const period = { from: '2026-11-16T00:00:00.000Z', to: '2026-11-23T00:00:00.000Z' };
  const after = { receivedAt: '2026-10-01T00:00:00.000Z', inquiryId: idOf(1) };
  it.each([
    { what: 'an inquiry', ask: () => model.inquiry(known) },
    { what: 'one that is not there', ask: () => model.inquiry(randomUUID()) },
    { what: 'one of many ids that it may have', ask: () => model.firstOf([...Array(50)].map(() => randomUUID())) },
    { what: 'its history with content', ask: () => model.history(known, { withContent: true }) },
    { what: 'the inquiry of a decision that is not there', ask: () => model.inquiryOf(randomUUID()) },
    { what: 'the newest', ask: () => model.list({ limit: 50 }) },
    { what: 'those since a moment', ask: () => model.list({ limit: 50, since: '2026-11-25T00:00:00.000Z' }) },
    { what: 'a page far down', ask: () => model.list({ limit: 50, after }) },
    ...(['category', 'label', 'queue', 'owner'] as const).map((name) => ({
      what: `the few of a ${name}`,
      ask: () => model.list({ limit: 50, [name]: 'rare' }),
    })),
    { what: 'those of a category that nothing has', ask: () => model.list({ limit: 50, category: 'none' }) },
    { what: 'those that stopped', ask: () => model.list({ limit: 50, state: 'dead-lettered' }) },
    { what: 'those that stopped, far down', ask: () => model.list({ limit: 2, state: 'dead-lettered', after }) },
    { what: 'the accounts', ask: () => model.summary() },
    { what: 'dead letters', ask: () => deadLetters.list({ limit: 50 }) },
    ...(['stage', 'topic', 'fingerprint'] as const).map((name) => ({
      what: `dead letters of a ${name}`,
      ask: () => deadLetters.list({ limit: 50, [name]: 'rare' }),
    })),
    { what: 'dead letters of an inquiry', ask: () => deadLetters.list({ limit: 50, inquiryId: known }) },
    {
      what: 'dead letters that may be put back',
      ask: () =>
        deadLetters.replay({ stage: 'rare', who: 'a', why: 'b', dryRun: true, limit: 50, playbook: 'original' }),
    },
    {
      what: 'the depth of dead letters',
      ask: () =>
        store.run((manager) =>
          manager.query(
            `select stage, exception, count(*) from "${schema}".dead_letter where replayed_at is null and expired_at is null group by 1, 2`,
          ),
        ),
    },
    {
      what: 'a week of a pool',
      ask: async () => {
        for await (const _ of createPools(store).events({ brand: 'default', pool: 'none' }, period));
      },
    },
  ])('$what: reads few rows', async ({ ask }) => {
    // The first of a connection reads the catalogue too.
    await ask();
    expect(await readBy(ask)).toBeLessThan(FEW);
  });

  it('a batch of the projection reads few rows', async () => {
    const log = createTestLog();
    const project = createProjector(postgres, { schema, partitions: createPartitions(postgres, schema) });
    const batch = () => {
      const inquiryId = randomUUID();
      return [
        log.golden(inquiryRaw.v1.type, { inquiryId }),
        log.golden(inquiryAssigned.v1.type, { inquiryId }),
        log.deadLetter(inquiryRaw.v1.type, 'normalize-inquiry', { inquiryId }),
      ];
    };
    await project(batch());
    const second = batch();
    expect(await readBy(() => project(second))).toBeLessThan(FEW);
    // Delivered again.
    expect(await readBy(() => project(second))).toBeLessThan(FEW);
  });
});

describe('pages', () => {
  it('hold every inquiry once, newest first, also of one moment', async () => {
    const moment = '2026-07-01T00:00:00.000Z';
    await postgres.query(
      `insert into "${schema}".inquiry (inquiry_id, rank, state, cost_usd, last_at, first_logged_at, last_logged_at, received_at, queue)
       select ('11111111-0000-5000-8000-' || lpad(n::text, 12, '0'))::uuid, 2, 'received', 0, $1, $1, $1, $1, 'paged' from generate_series(1, 7) n`,
      [moment],
    );
    const seen: string[] = [];
    let position: InquiryPosition | undefined;
    do {
      const page = await model.list({ queue: 'paged', limit: 3, after: position });
      seen.push(...page.data.map(({ inquiryId }) => inquiryId));
      position = page.next ?? undefined;
    } while (position);
    expect(seen).toHaveLength(7);
    expect(seen).toEqual([...new Set(seen)].sort().reverse());
  });
});

describe('an inquiry that something outside names', () => {
  it('is the likeliest that is there', async () => {
    const [first, second] = [idOf(1), idOf(2)];
    expect(await model.firstOf([uuidV5('a', 'b', 'c'), second, first])).toMatchObject({ inquiryId: second });
    expect(await model.firstOf([])).toBeNull();
  });
});

describe('the history of an inquiry', () => {
  it('has its personal data where that is asked for, and not else', async () => {
    const [shown, hidden] = await Promise.all(
      [true, false].map((withContent) => model.history(idOf(7), { withContent })),
    );
    expect(shown?.events[0]?.data).toEqual({ contact: { name: 'Ada' } });
    expect([hidden?.events[0]?.data, hidden?.contentExpired]).toEqual([{}, false]);
    expect(shown).toMatchObject({ truncated: false, contentExpired: false });
    expect(shown?.events).toHaveLength(10);
  });
});
