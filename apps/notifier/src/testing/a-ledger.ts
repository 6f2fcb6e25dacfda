import { createJobQueue, createPostgres, migrate, type JobQueue, type Postgres } from '@sluice/persistence';
import { randomName, testInfrastructure } from '@sluice/testing';
import { createPostgresLedger } from '../adapters/postgres-ledger.adapter.ts';
import { createPostgresSettlements } from '../adapters/postgres-settlements.adapter.ts';
import { notifierSchema } from '../migrations.ts';
import type { Ledger } from '../ports/ledger.port.ts';
import type { Settlements } from '../ports/settlements.port.ts';

export interface TestLedger {
  readonly postgres: Postgres;
  readonly schema: string;
  readonly queue: JobQueue;
  readonly ledger: Ledger;
  readonly settlements: Settlements;
  /** Another process: connections and a queue of its own, on the same database. */
  another(): Promise<Pick<TestLedger, 'ledger' | 'queue'>>;
  /** One row of the ledger. */
  row(effectId: string): Promise<Readonly<Record<string, unknown>>>;
  /** What is to be published, in order. */
  settled(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}

/** A ledger on the real Postgres, in schemas of its own. `expireSeconds`: when a dead process's jobs are due again. */
export const aLedger = async ({
  expireSeconds = 2,
  url = testInfrastructure().postgresUrl,
}: { readonly expireSeconds?: number; readonly url?: string } = {}): Promise<TestLedger> => {
  const schema = randomName('notifier');
  const jobs = `${schema}_jobs`;
  const postgres = createPostgres({ url });
  await migrate({ url, schema, migrations: notifierSchema.migrations });
  const queues: JobQueue[] = [];
  const start = async () => {
    const queue = createJobQueue({ url, schema: jobs, expireSeconds });
    queues.push(queue);
    await queue.start();
    return { queue, ledger: createPostgresLedger({ postgres, schema, queue }) };
  };
  const first = await start();
  return {
    ...first,
    postgres,
    schema,
    settlements: createPostgresSettlements(postgres, schema),
    another: start,
    row: async (effectId) =>
      (await postgres.query(`select * from "${schema}".effect where effect_id = $1`, [effectId]))[0] ?? {},
    settled: async () =>
      (await postgres.query(`select event from "${schema}".settlement order by stored_at`)).map(
        (row) => JSON.parse(String(row['event'])) as Record<string, unknown>,
      ),
    async close() {
      await Promise.all(queues.map((queue) => queue.stop()));
      await postgres.query(`drop schema if exists "${schema}" cascade`);
      await postgres.query(`drop schema if exists "${jobs}" cascade`);
      await postgres.close();
    },
  };
};
