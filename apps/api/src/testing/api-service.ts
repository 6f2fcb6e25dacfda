import { Module } from '@nestjs/common';
import { systemClock } from '@sluice/kernel';
import { createPlaybookSource, createPostgres, migrate, platformSchemas, type Database } from '@sluice/persistence';
import { parsePlaybook } from '@sluice/policy';
import { SERVICE_PARTS, startService, type ServiceParts } from '@sluice/service';
import type { ProducedRecord } from '@sluice/stage';
import { plainCodec } from '@sluice/stage/testing';
import { httpSide } from '../api.module.ts';
import { scopes } from '../http/access.ts';
import { apiSchema } from '../migrations.ts';

@Module({})
class HttpModule {}

/** May everything. */
export const ADA = 'sl_test_ada_1';
/** May read playbooks. */
export const READER = 'sl_test_reader_2';
/** May read and write playbooks, and activate none. */
export const WRITER = 'sl_test_writer_3';
/** May read inquiries, and not what was written. */
export const CLERK = 'sl_test_clerk_4';
export const ADMIN = 'change-me-very-secret';
const KEYS = [
  `${ADA}:${scopes.join('+')}`,
  `${READER}:playbooks:read`,
  `${WRITER}:playbooks:read+playbooks:write`,
  `${CLERK}:inquiries:read`,
].join(',');

export interface ApiService {
  readonly url: string;
  /** Of the read model and of the playbooks. */
  readonly schema: string;
  readonly postgres: Database;
  /** What went onto the log. */
  readonly published: readonly ProducedRecord[];
  close(): Promise<void>;
}

const config = { SLUICE_HTTP_PORT: 0, SLUICE_HTTP_HOST: '127.0.0.1', SLUICE_LOG_LEVEL: 'error' } as const;

/** The API over HTTP and a Postgres schema of its own; it consumes nothing, and what it publishes is kept here. */
export const startApiService = async (postgresUrl: string, schema: string): Promise<ApiService> => {
  for (const { migrations } of [platformSchemas.playbooks, apiSchema])
    await migrate({ url: postgresUrl, schema, migrations });
  const postgres = createPostgres({ url: postgresUrl });
  const published: ProducedRecord[] = [];
  const { controllers, providers } = httpSide({
    postgres,
    schemas: { readModel: schema, playbooks: schema },
    transport: {
      publish: async (records) => {
        published.push(...records);
      },
    },
    codec: plainCodec(),
    playbooks: createPlaybookSource(postgres, { parse: parsePlaybook, schema }),
    clock: systemClock,
    brand: 'default',
    slack: null,
    logger: { warn: () => undefined },
    apiKeys: KEYS,
    adminTokens: ADMIN,
    patience: { withinMs: 0, everyMs: 10 },
  });
  const parts: ServiceParts = { runnables: [], checks: [], close: async () => undefined };
  const service = await startService(
    {
      name: 'api',
      readConfig: () => config,
      createModule: () => ({
        module: HttpModule,
        controllers,
        providers: [...providers, { provide: SERVICE_PARTS, useValue: parts }],
        exports: [SERVICE_PARTS],
      }),
    },
    config,
  );
  return {
    url: service.url,
    schema,
    postgres,
    published,
    async close() {
      await service.stop();
      await postgres.query(`drop schema if exists "${schema}" cascade`);
      await postgres.close();
    },
  };
};
