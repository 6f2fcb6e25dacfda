import { TransientError } from '@sluice/kernel';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobStoreMigrations, createBlobStore } from './blob-store.ts';
import { migrate } from './migrate.ts';
import { playbookStoreMigrations } from './playbooks/playbook-migrations.ts';
import { createPostgres, type Postgres } from './postgres.ts';
import { createOutcomePruner } from './outcome-pruner.ts';
import { createStateStore, stateStoreMigrations } from './state-store.ts';

const url = testInfrastructure().postgresUrl;
const schema = randomName('persistence');
const migrations = [...stateStoreMigrations, ...blobStoreMigrations, ...playbookStoreMigrations];
let postgres: Postgres;

beforeAll(() => {
  postgres = createPostgres({ url });
});
afterAll(async () => {
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
});

describe('migrations', () => {
  it('run once, from several processes at a time', async () => {
    const ran = await Promise.all([1, 2, 3].map(() => migrate({ url, schema, migrations })));
    expect(ran.flat().sort()).toEqual(migrations.map(({ name }) => name).sort());
    expect(await migrate({ url, schema, migrations })).toEqual([]);
  });
});

describe('the state store', () => {
  const at = (offset: bigint) => ({ topic: 't', partition: 1, offset });
  const records = [
    {
      topic: 'out',
      key: 'k',
      value: Buffer.from([0, 1, 255]),
      headers: { a: 'text', b: Buffer.from([7]), c: [Buffer.from('x'), Buffer.from('y')] },
    },
  ];
  const load = (keys: string[], offsets: bigint[] = []) =>
    createStateStore(postgres, { schema }).load('s', { keys, inputs: offsets.map(at) });
  const store = (states: { key: string; version: number; value: unknown }[], offsets: bigint[] = []) =>
    createStateStore(postgres, { schema }).store('s', {
      states,
      outcomes: offsets.map((offset) => ({ ...at(offset), records })),
    });

  it('gives back what was stored, bytes and all', async () => {
    expect(await store([{ key: 'a', version: 0, value: { n: 1 } }], [5n])).toBe('stored');
    const { states, outcomes } = await load(['a', 'never'], [5n, 6n]);
    expect(states).toEqual([
      { key: 'a', version: 1, value: { n: 1 } },
      { key: 'never', version: 0, value: null },
    ]);
    expect(outcomes).toEqual([
      {
        ...at(5n),
        records: [
          {
            topic: 'out',
            key: Buffer.from('k'),
            value: Buffer.from([0, 1, 255]),
            headers: { a: Buffer.from('text'), b: Buffer.from([7]), c: [Buffer.from('x'), Buffer.from('y')] },
          },
        ],
      },
    ]);
  });

  it('stores nothing when a version moved', async () => {
    expect(await store([{ key: 'b', version: 0, value: 1 }])).toBe('stored');
    expect(
      await store(
        [
          { key: 'b', version: 0, value: 2 },
          { key: 'c', version: 0, value: 2 },
        ],
        [7n],
      ),
    ).toBe('conflict');
    expect(await store([{ key: 'b', version: 9, value: 2 }])).toBe('conflict');
    const { states, outcomes } = await load(['b', 'c'], [7n]);
    expect(states).toEqual([
      { key: 'b', version: 1, value: 1 },
      { key: 'c', version: 0, value: null },
    ]);
    expect(outcomes).toEqual([]);
  });

  it('refuses a second outcome for the same input', async () => {
    expect(await store([], [8n])).toBe('stored');
    expect(await store([{ key: 'd', version: 0, value: 1 }], [8n])).toBe('conflict');
  });

  it('lets exactly one of many racers win', async () => {
    const results = await Promise.all(Array.from({ length: 10 }, () => store([{ key: 'race', version: 0, value: 1 }])));
    expect(results.filter((result) => result === 'stored')).toHaveLength(1);
  });

  it('has its old outcomes pruned, some at a time, and its young ones left', async () => {
    const prune = createOutcomePruner(postgres, { schema, days: 14, limit: 2 });
    await store([], [20n, 21n, 22n, 23n]);
    await postgres.query(
      `update "${schema}".stage_outcome set stored_at = now() - interval '15 days' where "offset" in (20, 21, 22)`,
    );
    expect(await prune()).toBe('again');
    expect(await prune()).toBe('rest');
    expect((await load([], [20n, 21n, 22n, 23n])).outcomes.map(({ offset }) => offset)).toEqual([23n]);
  });
});

describe('the blob store', () => {
  it('keeps bytes under their own hash, once', async () => {
    const blobs = createBlobStore(postgres, schema);
    const bytes = Buffer.from([0, 1, 2, 255]);
    const name = await blobs.put(bytes, 'application/octet-stream');
    expect(await blobs.put(bytes, 'text/plain')).toBe(name);
    expect(await blobs.get(name)).toEqual(bytes);
    expect(await blobs.get('0'.repeat(64))).toBeNull();
  });
});

describe('an unwell database', () => {
  it('is one that takes too long to answer, too', async () => {
    const slow = createPostgres({ url, queryTimeoutMs: 50 });
    await expect(slow.query('select pg_sleep(1)')).rejects.toBeInstanceOf(TransientError);
    await expect(slow.transaction(({ query }) => query('select pg_sleep(1)'))).rejects.toBeInstanceOf(TransientError);
    await slow.close();
  });

  it('is told from a wrong statement', async () => {
    const away = createPostgres({ url: 'postgres://nobody@127.0.0.1:1/none' });
    await expect(away.query('select 1')).rejects.toBeInstanceOf(TransientError);
    expect(await away.isReachable()).toBe(false);
    await away.close();
    await expect(postgres.query('select nonsense')).rejects.not.toBeInstanceOf(TransientError);
  });

  it('may break a connection in the middle of a transaction: who asks next is told, and the process lives', async () => {
    const cut = postgres.transaction(async (within) => {
      const [{ pid } = {}] = await within.query('select pg_backend_pid() as pid');
      await postgres.query('select pg_terminate_backend($1)', [pid]);
      await eventually(() => expect(within.query('select 1')).rejects.toBeInstanceOf(TransientError));
      await within.query('select 1');
    });
    await expect(cut).rejects.toBeInstanceOf(TransientError);
    expect(await postgres.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('rolls back a transaction that throws', async () => {
    await expect(
      postgres.transaction(async ({ query }) => {
        await query(`insert into "${schema}".blob values ('x', 't', '')`);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(await postgres.query(`select 1 from "${schema}".blob where sha256 = 'x'`)).toEqual([]);
  });
});
