import { headerNames, inquiryAssigned, poolChanged, poolCommand, type DomainEvent } from '@sluice/contracts';
import type { InquiryId } from '@sluice/kernel';
import { createPostgres, migrate, type Postgres } from '@sluice/persistence';
import type { ProducedRecord, ProjectedEvent } from '@sluice/stage';
import { plainCodec } from '@sluice/stage/testing';
import { randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fairnessOf } from '../domain/fairness.ts';
import { apiSchema } from '../migrations.ts';
import { createPools, type Pools } from './pools.ts';
import { createProjector } from './project.ts';

const { postgresUrl: url } = testInfrastructure();
const schema = randomName('api');
const published: ProducedRecord[] = [];
let postgres: Postgres;
let pools: Pools;

const inquiryId = '11111111-1111-5111-8111-111111111111' as InquiryId;

const assigned = (
  owner: string,
  assignedAt: string,
  over: { readonly pool?: string; readonly brand?: string } = {},
): DomainEvent =>
  inquiryAssigned.v1.of({
    inquiryId,
    conversationId: '22222222-2222-5222-8222-222222222222' as never,
    brand: 'default',
    pool: 'sales',
    owner,
    status: 'assigned',
    by: 'rotation',
    assignedAt,
    ...over,
    considered: ['ada', 'grace'].map((key) => ({
      owner: key,
      excludedBecause: null,
      standing: 0,
      weight: 1,
      open: 0,
      share: 0.5,
    })),
  });

const projected = ({ type, data }: DomainEvent, at: number, time: string): ProjectedEvent => ({
  type,
  id: `${type}-${at}`,
  data,
  time,
  record: { topic: type, partition: 0, offset: BigInt(at), key: null, value: null, headers: {}, timestamp: 0 },
});

beforeAll(async () => {
  postgres = createPostgres({ url });
  await migrate({ url, schema, migrations: apiSchema.migrations });
  pools = createPools(postgres, {
    schema,
    codec: plainCodec(),
    transport: {
      publish: async (records) => {
        published.push(...records);
      },
    },
  });
  const inside = '2026-11-17T09:00:00.000Z';
  const changed = poolChanged.v1.of({
    brand: 'default',
    pool: 'sales',
    by: 'ops',
    why: null,
    changedAt: inside,
    changes: [{ change: 'left', owner: 'grace', inquiryId: null, turns: 0, because: null }],
  });
  await createProjector(
    postgres,
    schema,
  )([
    projected(assigned('ada', inside), 1, inside),
    projected(assigned('ada', inside), 2, '2026-11-22T23:59:59.999Z'),
    projected(changed, 3, inside),
    projected(assigned('ada', inside), 4, '2026-11-23T00:00:00.000Z'),
    projected(assigned('ada', inside, { pool: 'support' }), 5, inside),
    projected(assigned('ada', inside, { brand: 'other' }), 6, inside),
  ]);
});

afterAll(async () => {
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
});

describe('a pool in the read model', () => {
  it('gives what was said of it in the period, and of no other pool or brand', async () => {
    const events = await pools.events(
      { brand: 'default', pool: 'sales' },
      { from: '2026-11-16T00:00:00.000Z', to: '2026-11-23T00:00:00.000Z' },
    );
    expect(events.map(({ type }) => type)).toEqual(['assigned', 'changed', 'assigned']);
    expect(fairnessOf(events)).toMatchObject({
      assigned: 2,
      owners: [
        { owner: 'ada', received: 2, entitled: 1, owed: -1 },
        { owner: 'grace', received: 0, entitled: 1, owed: 1 },
      ],
    });
  });

  it('is asked for a change by a command on the log, the same for the same key', async () => {
    const command = poolCommand.v1.parse({
      brand: 'default',
      pool: 'sales',
      command: { do: 'release', inquiryId },
      by: 'console',
      why: 'done',
      orderedAt: '2026-11-17T09:00:00.000Z',
    });
    const first = await pools.order(command, 'click-1');
    expect(await pools.order(command, 'click-1')).toEqual(first);
    expect(await pools.order(command, 'click-2')).not.toEqual(first);
    expect(published.map(({ topic, key, headers }) => [topic, key, headers[headerNames.subject]])).toEqual(
      Array.from({ length: 3 }, () => ['pool.command.v1', 'sales', inquiryId]),
    );
  });
});
