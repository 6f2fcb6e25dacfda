import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { TransientError } from '@sluice/kernel';
import { randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineEntity } from './entities.ts';
import { createPostgres, type Database } from './postgres.ts';

const url = testInfrastructure().postgresUrl;
const schema = randomName('entities');
const note = defineEntity<{ readonly id: number; readonly writtenAt: Date; readonly text: string | null }>({
  name: 'note',
  columns: {
    id: { type: 'int', primary: true },
    writtenAt: { type: 'timestamptz', name: 'written_at' },
    text: { type: 'text', nullable: true },
  },
});
const writtenAt = new Date('2026-11-26T09:00:00.123Z');
let postgres: Database;

const tableIn = (database: Database, name: string) => database.entities(name, [note]);

beforeAll(async () => {
  postgres = createPostgres({ url, max: 2 });
  await postgres.query(`create schema "${schema}"`);
  await postgres.query(
    `create table "${schema}".note (id int primary key, written_at timestamptz not null, text text)`,
  );
});
afterAll(async () => {
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
});

describe('rows through a repository', () => {
  it('are written and read under the names of our code', async () => {
    const store = tableIn(postgres, schema);
    await store.run((manager) => manager.getRepository(note).insert({ id: 1, writtenAt, text: 'a' }));
    expect(await store.run((manager) => manager.getRepository(note).findOneBy({ id: 1 }))).toEqual({
      id: 1,
      writtenAt,
      text: 'a',
    });
    expect(await postgres.query(`select written_at from "${schema}".note where id = 1`)).toEqual([
      { written_at: writtenAt },
    ]);
  });

  it('are changed together or not at all', async () => {
    const store = tableIn(postgres, schema);
    await expect(
      store.transaction(async (manager) => {
        await manager.getRepository(note).insert({ id: 2, writtenAt, text: 'b' });
        throw new RangeError('not after all');
      }),
    ).rejects.toBeInstanceOf(RangeError);
    expect(await store.run((manager) => manager.getRepository(note).existsBy({ id: 2 }))).toBe(false);
  });

  it('share the connections of the service: no more are opened, however many tables and askers there are', async () => {
    const stores = Array.from({ length: 20 }, () => tableIn(postgres, schema));
    expect(new Set(stores).size).toBe(1);
    await Promise.all(stores.map(({ run }) => run((manager) => manager.query(`select '${schema}', pg_sleep(0.01)`))));
    const [row] = await postgres.query(
      `select count(*)::int as open from pg_stat_activity where query like $1 and pid <> pg_backend_pid()`,
      [`select '${schema}'%`],
    );
    expect(Number(row?.['open'])).toBeLessThanOrEqual(2);
  });

  it('a statement that is wrong is no unwell database', async () => {
    const wrong = tableIn(postgres, schema).run((manager) => manager.query('select from where'));
    await expect(wrong).rejects.toMatchObject({ code: '42601' });
    await expect(wrong).rejects.not.toBeInstanceOf(TransientError);
  });
});

describe('a database that is away', () => {
  let door: Server;
  const { hostname, port } = new URL(url);

  it('is unwell, and is asked again once it is back', async () => {
    door = createServer((socket) => {
      const inner = connect(Number(port), hostname);
      socket.on('error', () => inner.destroy()).pipe(inner);
      inner.on('error', () => socket.destroy()).pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(door, 'listening');
    const { port: free } = door.address() as AddressInfo;
    door.close();
    await once(door, 'close');
    const away = new URL(url);
    Object.assign(away, { hostname: '127.0.0.1', port: String(free) });
    const later = createPostgres({ url: away.href, max: 1 });
    const store = tableIn(later, schema);
    for (let n = 0; n < 12; n += 1)
      await expect(store.run((manager) => manager.getRepository(note).count())).rejects.toBeInstanceOf(TransientError);
    door.listen(free, '127.0.0.1');
    await once(door, 'listening');
    expect(await store.run((manager) => manager.getRepository(note).existsBy({ id: 1 }))).toBe(true);
    await later.close();
    door.close();
  });
});
