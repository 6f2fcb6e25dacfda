import { TransientError } from '@sluice/kernel';
import type { StateChange } from '@sluice/stage';
import { stateStoreSuite } from '@sluice/stage/testing';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobStoreMigrations, createBlobPruner, createBlobStore } from './blob-store.ts';
import { migrate } from './migrate.ts';
import { playbookStoreMigrations } from './playbooks/playbook-migrations.ts';
import { createPostgres, RefusedStatementError, translate, type Postgres } from './postgres.ts';
import { createStatePruner, createStateStore, stateStoreMigrations } from './state-store.ts';

const url = testInfrastructure().postgresUrl;
const schema = randomName('persistence');
const migrations = [...stateStoreMigrations, ...blobStoreMigrations, ...playbookStoreMigrations];
const schemas = [schema];
let postgres: Postgres;

beforeAll(() => {
  postgres = createPostgres({ url });
});
afterAll(async () => {
  for (const one of schemas) await postgres.query(`drop schema if exists "${one}" cascade`);
  await postgres.close();
});

describe('migrations', () => {
  it('run once, from several processes at a time', async () => {
    const ran = await Promise.all([1, 2, 3].map(() => migrate({ url, schema, migrations })));
    expect(ran.flat().sort()).toEqual(migrations.map(({ name }) => name).sort());
    expect(await migrate({ url, schema, migrations })).toEqual([]);
  });
});

/** Each store of the suite has tables of its own. */
const freshStore = async () => {
  const own = randomName('states');
  schemas.push(own);
  await migrate({ url, schema: own, migrations: stateStoreMigrations });
  return createStateStore(postgres, { schema: own });
};

stateStoreSuite('Postgres state store', { create: freshStore });

describe('the state store', () => {
  const remember = (states: readonly (readonly [key: string, over?: Partial<StateChange>])[]) =>
    createStateStore(postgres, { schema }).store('s', {
      states: states.map(([key, over]) => ({
        key,
        expected: 0,
        version: 1,
        json: '1',
        place: null,
        due: null,
        expiresAt: null,
        ...over,
      })),
      pending: [],
    });

  it('has what may be forgotten deleted, and nothing else', async () => {
    await remember([
      ['old', { expiresAt: '2020-01-01T00:00:00.000Z' }],
      ['young', { expiresAt: '2999-01-01T00:00:00.000Z' }],
      ['for ever'],
    ]);
    expect(await createStatePruner(postgres, { schema })()).toBe('rest');
    const left = await postgres.query(`select key from "${schema}".stage_state where stage = 's' order by key`);
    expect(left.map(({ key }) => key)).toEqual(['for ever', 'young']);
  });

  it('refuses what the database can’t hold, and does not call that an unwell world', async () => {
    const refused = remember([['a key with \u0000 in it']]);
    await expect(refused).rejects.toThrow();
    await expect(refused).rejects.not.toBeInstanceOf(TransientError);
  });

  it('finds the front of a list by its index, however many wait in it', async () => {
    await postgres.query(
      `insert into "${schema}".stage_state (stage, key, version, value, list, list_group, list_rank)
       select 'many', 'k' || n, 1, '1', 'line', 'g' || n % 3, lpad(n::text, 9, '0') from generate_series(1, 50000) n`,
    );
    await postgres.query(`analyze "${schema}".stage_state`);
    const { rows } = await createStateStore(postgres, { schema }).load('many', {
      keys: [],
      lists: ['line'],
      perGroup: 2,
      partitions: [],
    });
    expect(rows.map(({ group, rank }) => `${group} ${Number(rank)}`).sort()).toEqual([
      'g0 3',
      'g0 6',
      'g1 1',
      'g1 4',
      'g2 2',
      'g2 5',
    ]);
  });
});

describe('the blob store', () => {
  it('keeps bytes under their own hash, once', async () => {
    const blobs = createBlobStore(postgres, schema);
    const bytes = Buffer.from([0, 1, 2, 255]);
    const name = await blobs.put(bytes, { mediaType: 'application/octet-stream', keepDays: 1 });
    expect(await blobs.put(bytes, { mediaType: 'text/plain', keepDays: 1 })).toBe(name);
    expect(await blobs.get(name)).toEqual(bytes);
    expect(await blobs.get('0'.repeat(64))).toBeNull();
  });

  it('keeps them as long as the longest that was asked for, and not longer', async () => {
    const blobs = createBlobStore(postgres, schema);
    const put = (text: string, keepDays: number) => blobs.put(Buffer.from(text), { mediaType: 'text/plain', keepDays });
    const over = await put('over', -1);
    const kept = await put('kept', 30);
    await put('kept', -1);
    expect(await createBlobPruner(postgres, schema)()).toBe('rest');
    expect(await blobs.get(over)).toBeNull();
    expect(String(await blobs.get(kept))).toBe('kept');
  });
});

describe('an unwell database', () => {
  it('is one that takes too long to answer, too', async () => {
    const slow = createPostgres({ url, statementTimeoutMs: 50 });
    await expect(slow.query('select pg_sleep(1)')).rejects.toBeInstanceOf(TransientError);
    await expect(slow.transaction(({ query }) => query('select pg_sleep(1)'))).rejects.toBeInstanceOf(TransientError);
    await slow.close();
  });

  it('is told from a wrong statement', async () => {
    const away = createPostgres({ url: 'postgres://nobody@127.0.0.1:1/none' });
    await expect(away.query('select 1')).rejects.toBeInstanceOf(TransientError);
    expect(await away.check()).toMatch(/^asking Postgres: /);
    await away.close();
    await expect(postgres.query('select from where')).rejects.toBeInstanceOf(RefusedStatementError);
    await expect(postgres.query('select 1 from a_table_that_a_deploy_makes')).rejects.toBeInstanceOf(TransientError);
  });

  it.each([
    ['no database of the name in SLUICE_POSTGRES_URL', (at: URL) => (at.pathname = `/${randomName('none')}`)],
    ['does not let the user in SLUICE_POSTGRES_URL log in', (at: URL) => (at.username = randomName('nobody'))],
  ])('says plainly what a person has to mend: %s', async (said, change) => {
    const address = new URL(url);
    address.password = 'a-secret';
    change(address);
    const refused = createPostgres({ url: address.href });
    const reason = await refused.check();
    await refused.close();
    expect(reason).toContain(said);
    expect(reason).not.toContain('a-secret');
  });

  it('that refuses a password is waited for, since only a person can mend it', () => {
    expect(translate(Object.assign(new Error('for user "ada"'), { code: '28P01' }))).toEqual(
      new TransientError('asking Postgres: it refuses the user or the password in SLUICE_POSTGRES_URL'),
    );
  });

  it('does not tell what was to be stored, which may be personal', async () => {
    const refused = await postgres.query('select $1::int', ['ada@example.com']).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RefusedStatementError);
    expect((refused as Error).message).toBe('Postgres refuses the statement: 22P02');
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
        await query(`insert into "${schema}".blob values ('x', 't', '', now(), now())`);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(await postgres.query(`select 1 from "${schema}".blob where sha256 = 'x'`)).toEqual([]);
  });
});
