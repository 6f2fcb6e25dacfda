import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { controlSwitch, deadLetterTopics, eventTopics } from '@sluice/contracts';
import { systemClock, type Clock } from '@sluice/kernel';
import {
  createMigrationsCheck,
  createPlaybookSource,
  createPostgres,
  createSwitchKeeper,
  createSwitchStore,
  createVersionStore,
  platformSchemas,
  type Database,
} from '@sluice/persistence';
import { storedPlaybook, type Playbook } from '@sluice/policy';
import {
  kafkaOptionsOf,
  postgresOptionsOf,
  registryOptionsOf,
  SERVICE_PARTS,
  type ServiceParts,
} from '@sluice/service';
import { Repeat, runProjection, type EventCodec, type PlaybookSource, type Transport } from '@sluice/stage';
import type { Logger } from '@sluice/telemetry';
import { createKafkaTransport, createRegistryCodec } from '@sluice/transport';
import { createCommands } from './adapters/commands.ts';
import { createDeadLetters } from './adapters/dead-letters.ts';
import { createEventMeters } from './adapters/event-meters.ts';
import type { Patience } from './adapters/look-until.ts';
import { createPartitions } from './adapters/partitions.ts';
import { createPlaybookEdits } from './adapters/playbook-edits.ts';
import { createPlaybooks } from './adapters/playbooks.ts';
import { createPools } from './adapters/pools.ts';
import { createProjector } from './adapters/project.ts';
import { createReadModel } from './adapters/read-model.ts';
import { createRetentionRun } from './adapters/retention.ts';
import { createSlackClicks } from './adapters/slack-clicks.ts';
import { createSlackTeller } from './adapters/slack-teller.ts';
import { watchPromises } from './adapters/sla-meters.ts';
import { createSwitches } from './adapters/switches.ts';
import type { ApiConfig } from './config.ts';
import { openReadModel } from './entities.ts';
import { adminKeys, AUTHORIZE, createAuthorize, parseApiKeys } from './http/access.ts';
import { AdminController } from './http/facades/admin.controller.ts';
import { ADMINISTRATION, createAdministration } from './http/facades/administration.ts';
import { createFacadeSwitch, createFindInquiry, FACADE_PARTS, type FacadeParts } from './http/facades/facades.ts';
import { InquiryFacadesController } from './http/facades/inquiry-facades.controller.ts';
import { COMMANDS, InquiriesController, READ_MODEL } from './http/inquiries.controller.ts';
import { DEAD_LETTERS, OperationsController } from './http/operations.controller.ts';
import { PLAYBOOKS, PlaybooksController } from './http/playbooks.controller.ts';
import { POOLS, PoolsController, type PoolParts } from './http/pools.controller.ts';
import { SLACK, SlackController, type SlackParts } from './http/slack.controller.ts';
import { SWITCHES, SwitchesController } from './http/switches.controller.ts';
import { apiSchema } from './migrations.ts';

/** Switches concern no inquiry: they have a projection of their own. */
const contracts = eventTopics.flatMap(({ contract }) =>
  contract && contract.type !== controlSwitch.v1.type ? [contract] : [],
);

/** A chain at rest settles a mail, or obeys a command, in less than two seconds; who asks for longer asks again. */
const PATIENCE: Patience = { withinMs: 5_000, everyMs: 100 };

/** Milliseconds between two looks at what is too old: a day's partition goes within minutes of its last moment. */
const RETENTION_EVERY_MS = 600_000;

/** What the HTTP side stands on. */
export interface HttpWorld {
  readonly postgres: Database;
  /** Names of the Postgres schemas. */
  readonly schemas: { readonly readModel: string; readonly playbooks: string };
  readonly transport: Pick<Transport, 'publish'>;
  readonly codec: EventCodec;
  readonly playbooks: PlaybookSource<Playbook>;
  readonly clock: Clock;
  readonly brand: string;
  /** As in SLUICE_API_KEYS and SLUICE_ADMIN_BEARER_TOKEN. */
  readonly apiKeys: string;
  readonly adminTokens: string;
  /** Null: clicks in Slack are not taken. */
  readonly slack: { readonly signingSecret: string; readonly responseOrigin: string } | null;
  readonly logger: Pick<Logger, 'warn'>;
  readonly patience: Patience;
}

/** Every controller, with what it is given. */
export const httpSide = (world: HttpWorld): Required<Pick<ModuleMetadata, 'controllers' | 'providers'>> => {
  const { postgres, schemas, transport, codec, playbooks, clock, brand } = world;
  const store = openReadModel(postgres, schemas.readModel);
  const model = createReadModel(store);
  const deadLetters = createDeadLetters(store, { transport, playbooks });
  const isOn = createFacadeSwitch(playbooks, brand);
  const versions = createPlaybooks(createVersionStore(postgres, schemas.playbooks));
  const keys = parseApiKeys(world.apiKeys);
  const facades: FacadeParts = { deadLetters, find: createFindInquiry(model, brand), isOn, patience: world.patience };
  const commands = createCommands({ model, transport, codec, playbooks });
  const obeyClick = createSlackClicks({
    model,
    commands,
    playbooks,
    tell: createSlackTeller(world.slack?.responseOrigin ?? null),
    patience: world.patience,
  });
  const pools: PoolParts = { pools: createPools(store), clock };
  return {
    controllers: [
      InquiriesController,
      OperationsController,
      PoolsController,
      SwitchesController,
      SlackController,
      PlaybooksController,
      InquiryFacadesController,
      AdminController,
    ],
    providers: [
      { provide: AUTHORIZE, useValue: createAuthorize(keys) },
      { provide: READ_MODEL, useValue: model },
      { provide: DEAD_LETTERS, useValue: deadLetters },
      { provide: COMMANDS, useValue: commands },
      {
        provide: SLACK,
        useValue: {
          signingSecret: world.slack?.signingSecret ?? null,
          obey: (click) =>
            void obeyClick(click).catch((error: unknown) =>
              world.logger.warn(
                { error: error instanceof Error ? error.name : 'unknown' },
                'what came of a click could not be told; the command, if it was accepted, is on the log',
              ),
            ),
        } satisfies SlackParts,
      },
      { provide: POOLS, useValue: pools },
      {
        provide: SWITCHES,
        useValue: createSwitches({
          store: createSwitchStore(postgres, { schema: schemas.readModel }),
          transport,
          codec,
          clock,
        }),
      },
      { provide: PLAYBOOKS, useValue: versions },
      { provide: FACADE_PARTS, useValue: facades },
      {
        provide: ADMINISTRATION,
        useValue: createAdministration({
          playbooks: createPlaybookEdits(versions),
          isOn,
          authorize: createAuthorize([...adminKeys(world.adminTokens), ...keys]),
        }),
      },
    ],
  };
};

@Module({})
class ApiModule {}

/** The composition root of the API: the only place that names both ports and adapters. */
export const createApiModule = (config: ApiConfig, logger: Logger): DynamicModule => {
  const postgres = createPostgres(postgresOptionsOf(config));
  const transport = createKafkaTransport({ ...kafkaOptionsOf(config), clientId: 'api', logger });
  const codec = createRegistryCodec(registryOptionsOf(config));
  const playbooks = createPlaybookSource(postgres, { parse: storedPlaybook });
  const partitions = createPartitions(postgres, apiSchema.schema);
  const unwatch = watchPromises(postgres, { schema: apiSchema.schema, playbooks, clock: systemClock });
  const { controllers, providers } = httpSide({
    postgres,
    schemas: { readModel: apiSchema.schema, playbooks: platformSchemas.playbooks.schema },
    transport,
    codec,
    playbooks,
    clock: systemClock,
    brand: config.SLUICE_BRAND,
    apiKeys: config.SLUICE_API_KEYS.reveal(),
    adminTokens: config.SLUICE_ADMIN_BEARER_TOKEN.reveal(),
    patience: PATIENCE,
    slack: config.SLUICE_SLACK_SIGNING_SECRET
      ? {
          signingSecret: config.SLUICE_SLACK_SIGNING_SECRET.reveal(),
          responseOrigin: config.SLUICE_SLACK_RESPONSE_ORIGIN,
        }
      : null,
    logger,
  });
  const parts = (): ServiceParts => ({
    runnables: [
      runProjection({
        name: 'project-read-model',
        consumes: contracts,
        raw: deadLetterTopics.map(({ name }) => name),
        deadLetters: false,
        failPoints: config.SLUICE_FAIL_POINT,
        transport,
        codec,
        apply: createProjector(postgres, {
          schema: apiSchema.schema,
          partitions,
          onApplied: createEventMeters({ playbooks }),
        }),
      }),
      runProjection({
        name: 'keep-switches',
        consumes: [controlSwitch.v1],
        deadLetters: false,
        failPoints: config.SLUICE_FAIL_POINT,
        transport,
        codec,
        apply: createSwitchKeeper(createSwitchStore(postgres, apiSchema)),
      }),
      new Repeat({
        name: 'apply-retention',
        everyMs: RETENTION_EVERY_MS,
        run: createRetentionRun(postgres, {
          schema: apiSchema.schema,
          partitions,
          playbooksInForce: async () => (await playbooks.allActive()).map(({ playbook }) => playbook),
          clock: systemClock,
          logger,
        }),
      }),
    ],
    checks: [
      { name: 'kafka', check: () => transport.reachability() },
      { name: 'postgres', check: () => postgres.check() },
      createMigrationsCheck(postgres, [apiSchema, platformSchemas.playbooks]),
    ],
    close: async () => {
      unwatch();
      await transport.close();
      await postgres.close();
    },
  });
  return {
    module: ApiModule,
    controllers,
    providers: [...providers, { provide: SERVICE_PARTS, useFactory: parts }],
    exports: [SERVICE_PARTS],
  };
};
