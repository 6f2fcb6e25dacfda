import { createPostgres, createStateStore, migrate, type Postgres } from '@sluice/persistence';
import type { DueTimes, StateStore } from '@sluice/stage';
import { randomName, testInfrastructure } from '@sluice/testing';
import { routerSchema } from '../migrations.ts';

export interface RouterSchema {
  readonly url: string;
  readonly schema: string;
  readonly postgres: Postgres;
  stateStore(): StateStore & DueTimes;
  drop(): Promise<void>;
}

/** A router's schema in the real Postgres, under a name that nobody else has. */
export const aRouterSchema = async (): Promise<RouterSchema> => {
  const { postgresUrl: url } = testInfrastructure();
  const schema = randomName('router');
  const postgres = createPostgres({ url });
  await migrate({ url, schema, migrations: routerSchema.migrations });
  return {
    url,
    schema,
    postgres,
    stateStore: () => createStateStore(postgres, { schema }),
    async drop() {
      await postgres.query(`drop schema if exists "${schema}" cascade`);
      await postgres.close();
    },
  };
};
