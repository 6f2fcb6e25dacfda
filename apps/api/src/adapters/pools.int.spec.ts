import { headerNames, inquiryAssigned, poolChanged, type InquiryAssigned } from '@sluice/contracts';
import { createPostgres, migrate, type Database } from '@sluice/persistence';
import { randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FairnessTally, type PoolEvent } from '../domain/fairness.ts';
import { openReadModel } from '../entities.ts';
import { apiSchema } from '../migrations.ts';
import { createTestLog } from '../testing/logged-events.ts';
import { createPartitions } from './partitions.ts';
import { createPools } from './pools.ts';
import { createProjector } from './project.ts';

const { postgresUrl: url } = testInfrastructure();
const schema = randomName('api');
const log = createTestLog();
let postgres: Database;

const [MONDAY, NEXT_MONDAY] = ['2026-11-16T00:00:00.000Z', '2026-11-23T00:00:00.000Z'];
const inside = '2026-11-17T09:00:00.000Z';

const assigned = (time: string, over: Partial<InquiryAssigned> = {}, headers: Readonly<Record<string, string>> = {}) =>
  log.golden(
    inquiryAssigned.v1.type,
    {
      brand: 'default',
      pool: 'sales',
      owner: 'ada',
      by: 'rotation',
      assignedAt: time,
      considered: ['ada', 'grace'].map((owner) => ({
        owner,
        excludedBecause: null,
        standing: 0,
        weight: 1,
        open: 0,
        share: 0.5,
      })),
      ...over,
    },
    { time, timestamp: Date.parse(time), headers },
  );

beforeAll(async () => {
  postgres = createPostgres({ url });
  await migrate({ url, schema, migrations: apiSchema.migrations });
  const changed = log.golden(
    poolChanged.v1.type,
    {
      brand: 'default',
      pool: 'sales',
      changes: [{ change: 'left', owner: 'grace', inquiryId: null, turns: 0, because: null }],
    },
    { time: inside, timestamp: Date.parse(inside) },
  );
  await createProjector(postgres, { schema, partitions: createPartitions(postgres, schema) })([
    assigned(inside),
    assigned('2026-11-22T23:59:59.999Z'),
    changed,
    // A dead letter that was put back: who was given it was said before.
    assigned(inside, {}, { [headerNames.replayOf]: 'inquiry.assigned.v1.dlq.follow-conversation/0/0@1' }),
    assigned(NEXT_MONDAY),
    assigned(inside, { pool: 'support' }),
    assigned(inside, { brand: 'other' }),
  ]);
});

afterAll(async () => {
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
});

it.each([1, 2, 1_000])(
  'what was said of a pool in a period, and of no other pool or brand, comes in order, %d at a time',
  async (pageSize) => {
    const pools = createPools(openReadModel(postgres, schema), pageSize);
    const events: PoolEvent[] = [];
    const period = { from: MONDAY, to: NEXT_MONDAY };
    for await (const page of pools.events({ brand: 'default', pool: 'sales' }, period)) events.push(...page);
    expect(events.map(({ type }) => type)).toEqual(['assigned', 'changed', 'assigned']);
    expect(new FairnessTally().add(events).statement()).toMatchObject({
      assigned: 2,
      owners: [
        { owner: 'ada', received: 2, entitled: 1, owed: -1 },
        { owner: 'grace', received: 0, entitled: 1, owed: 1 },
      ],
    });
  },
);
