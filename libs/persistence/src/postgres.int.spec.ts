import { TransientError } from '@sluice/kernel';
import { eventually, randomName, selfSignedCertificate, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from './migrate.ts';
import { createPostgres, type Postgres, type PostgresOptions } from './postgres.ts';
import { startTlsFront } from './testing/tls-front.ts';

const url = testInfrastructure().postgresUrl;
const table = randomName('locked');
let postgres: Postgres;

beforeAll(async () => {
  postgres = createPostgres({ url });
  await postgres.query(`create table "${table}" as select 1 as id`);
});
afterAll(async () => {
  await postgres.query(`drop table "${table}"`);
  await postgres.close();
});

const withPostgres = async <Result>(
  options: Omit<PostgresOptions, 'url'> & { readonly url?: string },
  work: (opened: Postgres) => Promise<Result>,
): Promise<Result> => {
  const opened = createPostgres({ url, ...options });
  return work(opened).finally(() => opened.close());
};

const connections = async (mark: string): Promise<readonly unknown[]> =>
  postgres.query(`select state from pg_stat_activity where query like $1 and pid <> pg_backend_pid()`, [`%${mark}%`]);

describe('a database connection', () => {
  it('has a statement that takes too long ended by the server itself, which is an unwell database', async () => {
    const mark = randomName('slow');
    await withPostgres({ statementTimeoutMs: 50 }, async ({ query, transaction }) => {
      const slow = `select pg_sleep(30) as ${mark}`;
      await expect(query(slow)).rejects.toThrow(new TransientError('asking Postgres: 57014'));
      await expect(transaction((within) => within.query(slow))).rejects.toBeInstanceOf(TransientError);
      // The server has let go of it: nothing goes on that nobody waits for.
      expect((await connections(mark)).filter((one) => (one as { state: string }).state === 'active')).toEqual([]);
      // And the connections are as good as before.
      expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
    });
  });

  it('waits for a lock no longer than it may, which is an unwell database', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: locked, resolve: hasLock } = Promise.withResolvers<void>();
    const lock = `select id from "${table}" for update`;
    const holder = postgres.transaction(async ({ query }) => {
      await query(lock);
      hasLock();
      await released;
    });
    await locked;
    await withPostgres({ lockTimeoutMs: 50 }, async ({ query }) => {
      await expect(query(lock)).rejects.toThrow(new TransientError('asking Postgres: 55P03'));
    });
    release();
    await holder;
  });

  it('is taken away from a transaction in which nothing happens, with the locks that it holds', async () => {
    const mark = randomName('idle');
    await withPostgres({ idleInTransactionTimeoutMs: 50 }, async ({ query, transaction }) => {
      const idle = transaction(async (within) => {
        await within.query(`select id as ${mark} from "${table}" for update`);
        await eventually(async () => expect(await connections(mark)).toEqual([]));
        await within.query('select 1');
      });
      await expect(idle).rejects.toBeInstanceOf(TransientError);
      expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
    });
    expect(await postgres.query(`select id from "${table}" for update nowait`)).toEqual([{ id: 1 }]);
  });

  describe('over TLS', () => {
    const { hostname: host, port, pathname, username } = new URL(url);
    const [server, client] = [selfSignedCertificate(), selfSignedCertificate()];
    const opened: { close(): Promise<void> }[] = [];
    afterAll(() => Promise.all(opened.map((one) => one.close())));

    const front = async (clientCa?: string): Promise<string> => {
      const started = await startTlsFront(
        { host, port: Number(port) },
        { ...server, ...(clientCa === undefined ? {} : { clientCa }) },
      );
      opened.push(started);
      return `postgres://${username}@127.0.0.1:${started.port}${pathname}?sslmode=disable`;
    };
    const one = (options: PostgresOptions) => withPostgres(options, ({ query }) => query('select 1 as one'));

    it('trusts the authority that it is given, whatever the address says, and no other', async () => {
      const address = await front();
      expect(await one({ url: address, tls: { ca: server.cert } })).toEqual([{ one: 1 }]);
      await expect(one({ url: address, tls: {} })).rejects.toThrow(/self.signed/);
      await expect(one({ url: address, tls: { ca: client.cert } })).rejects.toThrow(/self.signed/);
    });

    it('shows its own certificate', async () => {
      const address = await front(client.cert);
      expect(await one({ url: address, tls: { ca: server.cert, ...client } })).toEqual([{ one: 1 }]);
      await expect(one({ url: address, tls: { ca: server.cert } })).rejects.toThrow();
    });

    it('serves migrations too', async () => {
      const schema = randomName('tls');
      const set = { url: await front(), tls: { ca: server.cert }, schema, migrations: [] };
      expect(await migrate(set)).toEqual([]);
      await postgres.query(`drop schema "${schema}" cascade`);
    });
  });
});
