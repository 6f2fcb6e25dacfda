import { Module } from '@nestjs/common';
import {
  createPlaybookSource,
  createPostgres,
  createVersionStore,
  migrate,
  platformSchemas,
  type Postgres,
} from '@sluice/persistence';
import { SERVICE_PARTS, startService, type ServiceParts } from '@sluice/service';
import { parsePlaybook } from '@sluice/policy';
import { createHouseEdits } from '../adapters/house-edits.ts';
import { createPlaybooks } from '../adapters/playbooks.ts';
import { AUTHORIZE } from '../http/answers.ts';
import { adminKeys, parseApiKeys } from '../http/api-keys.ts';
import { createAuthorize } from '../http/authorize.ts';
import { ChangePlaybooksController } from '../http/change-playbooks.controller.ts';
import { AdminAnswersController } from '../http/facades/admin-answers.controller.ts';
import { ADMIN_DESK, createAdminDesk } from '../http/facades/admin-desk.ts';
import { AdminSettingsController } from '../http/facades/admin-settings.controller.ts';
import { createFacadeSwitch } from '../http/facades/facade-switch.ts';
import { PLAYBOOKS, PlaybooksController } from '../http/playbooks.controller.ts';

@Module({})
class PlaybookModule {}

const KEYS =
  'sl_test_ada_1:playbooks:read+playbooks:write+playbooks:activate,sl_test_reader_2:playbooks:read,sl_test_writer_3:playbooks:read+playbooks:write';
export const ADA = 'sl_test_ada_1';
export const READER = 'sl_test_reader_2';
export const WRITER = 'sl_test_writer_3';
export const ADMIN = 'change-me-very-secret';

export interface PlaybookService {
  readonly url: string;
  readonly schema: string;
  readonly postgres: Postgres;
  close(): Promise<void>;
}

/** The part of the API that serves playbooks, over HTTP and a Postgres schema of its own. */
export const startPlaybookService = async (postgresUrl: string, schema: string): Promise<PlaybookService> => {
  await migrate({ url: postgresUrl, schema, migrations: platformSchemas.playbooks.migrations });
  const postgres = createPostgres({ url: postgresUrl });
  const parts: ServiceParts = { runnables: [], checks: [], close: async () => undefined };
  const playbooks = createPlaybooks(createVersionStore(postgres, schema));
  const keys = parseApiKeys(KEYS);
  const isOn = createFacadeSwitch(createPlaybookSource(postgres, { parse: parsePlaybook, schema }), 'default');
  const service = await startService(
    {
      name: 'api',
      readConfig: () => ({ SLUICE_HTTP_PORT: 0, SLUICE_HTTP_HOST: '127.0.0.1', SLUICE_LOG_LEVEL: 'error' as const }),
      createModule: () => ({
        module: PlaybookModule,
        controllers: [PlaybooksController, ChangePlaybooksController, AdminSettingsController, AdminAnswersController],
        providers: [
          { provide: SERVICE_PARTS, useValue: parts },
          { provide: PLAYBOOKS, useValue: playbooks },
          { provide: AUTHORIZE, useValue: createAuthorize(keys) },
          {
            provide: ADMIN_DESK,
            useValue: createAdminDesk({
              house: createHouseEdits(playbooks),
              isOn,
              authorize: createAuthorize([...adminKeys(ADMIN), ...keys]),
            }),
          },
        ],
        exports: [SERVICE_PARTS],
      }),
    },
    { SLUICE_HTTP_PORT: 0, SLUICE_HTTP_HOST: '127.0.0.1', SLUICE_LOG_LEVEL: 'error' },
  );
  return {
    url: service.url,
    schema,
    postgres,
    async close() {
      await service.stop();
      await postgres.query(`drop schema if exists "${schema}" cascade`);
      await postgres.close();
    },
  };
};
