import { Module, type DynamicModule } from '@nestjs/common';
import { deadLetterTopics, eventTopics } from '@sluice/contracts';
import { systemClock } from '@sluice/kernel';
import {
  createMigrationsCheck,
  createPlaybookSource,
  createPostgres,
  createVersionStore,
  platformSchemas,
} from '@sluice/persistence';
import { storedPlaybook } from '@sluice/policy';
import {
  kafkaOptionsOf,
  postgresOptionsOf,
  registryOptionsOf,
  SERVICE_PARTS,
  type ServiceParts,
} from '@sluice/service';
import { runProjection } from '@sluice/stage';
import type { Logger } from '@sluice/telemetry';
import { createKafkaTransport, createRegistryCodec } from '@sluice/transport';
import { createCommands } from './adapters/command-inquiry.ts';
import { createDeadLetters } from './adapters/dead-letters.ts';
import { createEventMeters } from './adapters/event-meters.ts';
import { createFindInquiry } from './adapters/named-inquiries.ts';
import { createHouseEdits } from './adapters/house-edits.ts';
import { createProjector } from './adapters/project.ts';
import { createPlaybooks } from './adapters/playbooks.ts';
import { createPools } from './adapters/pools.ts';
import { createReadModel } from './adapters/read-model.ts';
import type { ApiConfig } from './config.ts';
import { AUTHORIZE, DEAD_LETTERS, READ_MODEL } from './http/answers.ts';
import { ApiController } from './http/api.controller.ts';
import { adminKeys, parseApiKeys } from './http/api-keys.ts';
import { createAuthorize } from './http/authorize.ts';
import { ChangePlaybooksController } from './http/change-playbooks.controller.ts';
import { ClocksController, COMMANDS } from './http/clocks.controller.ts';
import { AdminAnswersController } from './http/facades/admin-answers.controller.ts';
import { ADMIN_DESK, createAdminDesk } from './http/facades/admin-desk.ts';
import { AdminSettingsController } from './http/facades/admin-settings.controller.ts';
import { FACADE_PARTS, type FacadeParts } from './http/facades/facade-parts.ts';
import { createFacadeSwitch } from './http/facades/facade-switch.ts';
import { RetryFacadesController } from './http/facades/retry-facades.controller.ts';
import { TriageController } from './http/facades/triage.controller.ts';
import { PLAYBOOKS, PlaybooksController } from './http/playbooks.controller.ts';
import { POOLS, POOLS_CLOCK, PoolsController } from './http/pools.controller.ts';
import { apiSchema } from './migrations.ts';

const contracts = eventTopics.flatMap(({ contract }) => (contract ? [contract] : []));

/** A chain at rest settles a mail in less than two seconds; who asks for longer asks again. */
const TRIAGE_WAITS = { withinMs: 5_000, everyMs: 100 };

@Module({})
class ApiModule {}

/** The composition root of the API: the only place that names both ports and adapters. */
export const createApiModule = (config: ApiConfig, logger: Logger): DynamicModule => {
  const postgres = createPostgres(postgresOptionsOf(config));
  const transport = createKafkaTransport({ ...kafkaOptionsOf(config), clientId: 'api', logger });
  const codec = createRegistryCodec(registryOptionsOf(config));
  const playbooks = createPlaybookSource(postgres, { parse: storedPlaybook });
  const model = createReadModel(postgres, apiSchema.schema);
  const deadLetters = createDeadLetters(postgres, apiSchema.schema, { transport, playbooks });
  const isOn = createFacadeSwitch(playbooks, config.SLUICE_BRAND);
  const versions = createPlaybooks(createVersionStore(postgres));
  const keys = parseApiKeys(config.SLUICE_API_KEYS.reveal());
  const facades = (): FacadeParts => ({
    model,
    deadLetters,
    find: createFindInquiry(model, config.SLUICE_BRAND),
    isOn,
    patience: TRIAGE_WAITS,
  });
  const parts = (): ServiceParts => ({
    runnables: [
      runProjection({
        name: 'project-read-model',
        consumes: contracts,
        raw: deadLetterTopics.map(({ name }) => name),
        deadLetters: false,
        transport,
        codec,
        apply: createProjector(
          postgres,
          apiSchema.schema,
          createEventMeters(postgres, { schema: apiSchema.schema, playbooks }),
        ),
      }),
    ],
    checks: [
      { name: 'kafka', check: () => transport.reachability() },
      { name: 'postgres', check: () => postgres.isReachable() },
      createMigrationsCheck(postgres, [apiSchema, platformSchemas.playbooks]),
    ],
    close: async () => {
      await transport.close();
      await postgres.close();
    },
  });
  return {
    module: ApiModule,
    controllers: [
      ApiController,
      ClocksController,
      PoolsController,
      PlaybooksController,
      ChangePlaybooksController,
      TriageController,
      RetryFacadesController,
      AdminSettingsController,
      AdminAnswersController,
    ],
    providers: [
      { provide: SERVICE_PARTS, useFactory: parts },
      { provide: READ_MODEL, useValue: model },
      { provide: DEAD_LETTERS, useValue: deadLetters },
      { provide: COMMANDS, useFactory: () => createCommands({ model, transport, codec, playbooks }) },
      { provide: PLAYBOOKS, useValue: versions },
      { provide: POOLS, useFactory: () => createPools(postgres, { schema: apiSchema.schema, transport, codec }) },
      { provide: POOLS_CLOCK, useValue: systemClock },
      { provide: FACADE_PARTS, useFactory: facades },
      { provide: AUTHORIZE, useFactory: () => createAuthorize(keys) },
      {
        provide: ADMIN_DESK,
        useFactory: () =>
          createAdminDesk({
            house: createHouseEdits(versions),
            isOn,
            authorize: createAuthorize([...adminKeys(config.SLUICE_ADMIN_BEARER_TOKEN.reveal()), ...keys]),
          }),
      },
    ],
    exports: [SERVICE_PARTS],
  };
};
