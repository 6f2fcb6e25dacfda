import { assignmentRequested, inquiryCommand, poolCommand } from '@sluice/contracts';
import type { Clock } from '@sluice/kernel';
import { createPostgres, createStateStore, migrate, type Postgres } from '@sluice/persistence';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresLooks } from './adapters/postgres-looks.adapter.ts';
import { routerSchema } from './migrations.ts';
import type { Look, Looks } from './ports/looks.port.ts';
import { aPool } from './testing/a-pool.ts';
import { aPlaybookWith, aRequest, inquiryIdOf } from './testing/a-request.ts';
import { anAssignmentWorld } from './testing/an-assignment-world.ts';

const { postgresUrl: url } = testInfrastructure();
const schema = randomName('router');
const WITHIN = { within: 20_000 };
let postgres: Postgres;
let looks: Looks;

beforeAll(async () => {
  postgres = createPostgres({ url });
  await migrate({ url, schema, migrations: routerSchema.migrations });
  looks = createPostgresLooks(postgres, { schema });
});
afterAll(async () => {
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
});

const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();
const taken = async (now = soon(0)): Promise<readonly Look[]> => {
  const heard: Look[] = [];
  await looks.take({ now, count: 10 }, async (due) => {
    heard.push(...due);
  });
  return heard;
};

describe('a look', () => {
  const pool = randomName('pool');
  const said = (at: string, saidAt: string) => ({ brand: 'default', pool, at, saidAt });

  it('is taken when its moment has come, and once', async () => {
    await looks.set([said('2026-01-05T10:00:00.000Z', '2026-01-05T09:00:00.000Z')]);
    expect(await taken('2026-01-05T09:59:59.999Z')).toEqual([]);
    expect(await taken('2026-01-05T10:00:00.000Z')).toEqual([
      { brand: 'default', pool, at: '2026-01-05T10:00:00.000Z' },
    ]);
    expect(await taken()).toEqual([]);
  });

  it('is the one that was said last, whatever is heard again', async () => {
    await looks.set([
      said('2026-01-05T12:00:00.000Z', '2026-01-05T11:00:00.000Z'),
      said('2026-01-05T10:00:00.000Z', '2026-01-05T09:00:00.000Z'),
    ]);
    expect(await taken()).toMatchObject([{ at: '2026-01-05T12:00:00.000Z' }]);
  });

  it('is there again for somebody else when its taker fails, and is held from others meanwhile', async () => {
    await looks.set([said('2026-01-05T14:00:00.000Z', '2026-01-05T13:00:00.000Z')]);
    const fail = async (): Promise<void> => {
      expect(await taken()).toEqual([]);
      throw new Error('died');
    };
    await expect(looks.take({ now: soon(0), count: 10 }, fail)).rejects.toThrow('died');
    expect(await taken()).toHaveLength(1);
  });
});

describe('on the state that a router keeps in Postgres', () => {
  let world: ReturnType<typeof anAssignmentWorld>;
  let look: () => Promise<'again' | 'rest'>;
  let shift = 0;
  const clock: Clock = { now: () => soon(shift) };

  beforeEach(async () => {
    shift = 0;
    world = anAssignmentWorld(aPlaybookWith({ sales: aPool([{ key: 'ada', capacity: 1 }]) }), {
      stateStore: createStateStore(postgres, { schema }),
    });
    await world.run(2, { noting: true, clock });
    look = await world.looking(looks, clock);
  });
  afterEach(() => world.close());

  const ownerOf = (name: string) =>
    world.assigned().findLast(({ inquiryId }) => inquiryId === inquiryIdOf(name))?.owner;

  it('a return at a set time gives whoever waits to who returned, with nobody doing anything (T-04)', async () => {
    const until = soon(3_600_000);
    await world.send([
      poolCommand.v1.of({
        brand: 'default',
        pool: 'sales',
        command: { do: 'limit', owner: 'ada', capacity: 1 },
        by: 'ops',
        why: null,
        orderedAt: soon(0),
      }),
    ]);
    await world.send([assignmentRequested.v1.of(aRequest('seen'))]);
    await eventually(() => expect(ownerOf('seen')).toBe('ada'), WITHIN);
    await world.send([
      poolCommand.v1.of({
        brand: 'default',
        pool: 'sales',
        command: { do: 'leave', owner: 'ada', until },
        by: 'ops',
        why: null,
        orderedAt: soon(0),
      }),
    ]);
    await world.send([
      inquiryCommand.v1.of({
        inquiryId: inquiryIdOf('seen'),
        conversationId: aRequest('seen').conversationId,
        command: { do: 'close' },
        by: 'ops',
        why: null,
        at: soon(0),
      }),
    ]);
    await world.send([assignmentRequested.v1.of(aRequest('waits'))]);
    await eventually(() => expect(ownerOf('waits')).toBeNull(), WITHIN);
    await eventually(
      async () =>
        expect(await postgres.query(`select pool from "${schema}".pool_look where look_at = $1`, [until])).toHaveLength(
          1,
        ),
      WITHIN,
    );

    expect(await look()).toBe('rest');
    expect(ownerOf('waits')).toBeNull();
    shift = 3_600_001;
    await look();
    await eventually(() => expect(ownerOf('waits')).toBe('ada'), WITHIN);
    await eventually(() => expect(world.undecided()).toEqual([]), WITHIN);
    expect(world.replay()).toEqual([]);
  });
});
