import { createPostgres, migrate, type Postgres } from '@sluice/persistence';
import { randomName, testInfrastructure } from '@sluice/testing';
import { createPostgresLedger } from '../adapters/postgres-ledger.adapter.ts';
import { createPostgresSettlements } from '../adapters/postgres-settlements.adapter.ts';
import { notifierSchema } from '../migrations.ts';
import type { Ledger } from '../ports/ledger.port.ts';
import type { Settlements } from '../ports/settlements.port.ts';

export interface TestLedger {
  readonly postgres: Postgres;
  readonly schema: string;
  readonly ledger: Ledger;
  readonly settlements: Settlements;
  /** Another process: a ledger with connections of its own, on the same database. */
  another(): Ledger;
  /** One row of the ledger. */
  row(effectId: string): Promise<Readonly<Record<string, unknown>>>;
  /** As if the time had passed until the lease of an effect ends. */
  letLeaseRunOut(effectId: string): Promise<void>;
  /** What is to be published, in order. */
  settled(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}

/** A ledger on the real Postgres, in a schema of its own. `url`: another way to it. */
export const aLedger = async ({
  url = testInfrastructure().postgresUrl,
}: { readonly url?: string } = {}): Promise<TestLedger> => {
  const schema = randomName('notifier');
  await migrate({ url, schema, migrations: notifierSchema.migrations });
  const opened: Postgres[] = [];
  const connect = (): Postgres => {
    const postgres = createPostgres({ url });
    opened.push(postgres);
    return postgres;
  };
  const postgres = connect();
  return {
    postgres,
    schema,
    ledger: createPostgresLedger({ postgres, schema }),
    settlements: createPostgresSettlements(postgres, schema),
    another: () => createPostgresLedger({ postgres: connect(), schema }),
    row: async (effectId) =>
      (await postgres.query(`select * from "${schema}".effect where effect_id = $1`, [effectId]))[0] ?? {},
    letLeaseRunOut: async (effectId) => {
      await postgres.query(`update "${schema}".effect set due_at = now() where effect_id = $1`, [effectId]);
    },
    settled: async () =>
      (await postgres.query(`select event from "${schema}".settlement order by stored_at`)).map(
        (row) => JSON.parse(String(row['event'])) as Record<string, unknown>,
      ),
    async close() {
      await postgres.query(`drop schema if exists "${schema}" cascade`);
      await Promise.all(opened.map((one) => one.close()));
    },
  };
};
