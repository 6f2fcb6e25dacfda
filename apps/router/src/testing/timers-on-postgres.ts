import { createJobQueue, createPostgres, migrate } from '@sluice/persistence';
import { createPostgresTimers } from '../adapters/postgres-timers.adapter.ts';
import { routerSchema } from '../migrations.ts';
import type { Timers } from '../ports/timers.port.ts';

export interface TimersAddress {
  readonly url: string;
  readonly schema: string;
  /** Seconds after which what a dead process had taken is due again. */
  readonly expireSeconds: number;
}

/** Makes the schema, once. */
export const makeTimersSchema = ({ url, schema }: TimersAddress): Promise<readonly string[]> =>
  migrate({ url, schema, migrations: routerSchema.migrations });

/** One process's timers: connections and a queue of its own. */
export const timersOnPostgres = async ({
  url,
  schema,
  expireSeconds,
}: TimersAddress): Promise<{ readonly timers: Timers; close(): Promise<void> }> => {
  const postgres = createPostgres({ url });
  const timers = createPostgresTimers({
    postgres,
    schema,
    queue: createJobQueue({ url, schema: `${schema}_jobs`, expireSeconds }),
  });
  await timers.start();
  return {
    timers,
    async close() {
      await timers.stop();
      await postgres.close();
    },
  };
};
