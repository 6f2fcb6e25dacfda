import { Module, type DynamicModule } from '@nestjs/common';
import { createRateLimiter } from '@sluice/cache';
import { systemClock } from '@sluice/kernel';
import {
  createBlobStore,
  createMigrationsCheck,
  createStatePruner,
  createPlaybookSource,
  createPostgres,
  createStateStore,
  platformSchemas,
  type Postgres,
} from '@sluice/persistence';
import { storedPlaybook, type Playbook } from '@sluice/policy';
import { kafkaOptionsOf, SERVICE_PARTS, type ServiceParts } from '@sluice/service';
import { Repeat, runStage, type PlaybookSource, type Transport } from '@sluice/stage';
import type { Logger } from '@sluice/telemetry';
import { createKafkaTransport, createRegistryCodec } from '@sluice/transport';
import { createInquiryParser } from './adapters/mime-inquiry-parser.adapter.ts';
import { createIdempotencyKeys, createReceipts } from './adapters/postgres-receipts.adapter.ts';
import type { IngestConfig } from './config.ts';
import { createIntake } from './http/accept-inquiry.ts';
import { createAnswerOnce } from './http/answer-once.ts';
import { createFacadeGate } from './http/facades/facade-gate.ts';
import { FACADE_GATE, LeadFacadesController } from './http/facades/lead-facades.controller.ts';
import { MailFacadesController } from './http/facades/mail-facades.controller.ts';
import { createGatekeeper } from './http/gatekeeper.ts';
import { ANSWER_ONCE, GATEKEEPER, INTAKE, IntakeController } from './http/intake.controller.ts';
import { ingestSchema } from './migrations.ts';
import { normalizeInquiry } from './stages/normalize-inquiry.stage.ts';

const RATE_WINDOW_SECONDS = 60;
const PRUNE_EVERY_MS = 60_000;

interface World {
  readonly postgres: Postgres;
  readonly playbooks: PlaybookSource<Playbook>;
  readonly transport: Transport;
  readonly codec: ReturnType<typeof createRegistryCodec>;
  readonly limiter: ReturnType<typeof createRateLimiter>;
}

const openWorld = (config: IngestConfig, logger: Logger): World => {
  const postgres = createPostgres({ url: config.SLUICE_POSTGRES_URL });
  return {
    postgres,
    playbooks: createPlaybookSource(postgres, { parse: storedPlaybook }),
    transport: createKafkaTransport({ ...kafkaOptionsOf(config), clientId: 'ingest', logger }),
    codec: createRegistryCodec({ url: config.SLUICE_REGISTRY_URL }),
    limiter: createRateLimiter({
      url: config.SLUICE_REDIS_URL,
      points: config.SLUICE_RATE_LIMIT,
      durationSeconds: RATE_WINDOW_SECONDS,
      namespace: 'intake',
    }),
  };
};

const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);

const partsOf = (config: IngestConfig, { postgres, playbooks, transport, codec, limiter }: World): ServiceParts => ({
  runnables: [
    runStage({
      stage: normalizeInquiry,
      transport,
      codec,
      clock: systemClock,
      failPoints: config.SLUICE_FAIL_POINT,
      ports: {
        parser: createInquiryParser({
          blobs: createBlobStore(postgres),
          contactSecret: config.SLUICE_CONTACT_SECRET.reveal(),
        }),
      },
      playbooks,
      stateStore: createStateStore(postgres, ingestSchema),
    }),
    new Repeat({
      name: 'prune-states',
      everyMs: PRUNE_EVERY_MS,
      run: createStatePruner(postgres, ingestSchema),
    }),
  ],
  checks: [
    { name: 'kafka', check: () => transport.isReachable() },
    { name: 'postgres', check: () => postgres.isReachable() },
    createMigrationsCheck(postgres, [ingestSchema, platformSchemas.blobs, platformSchemas.playbooks]),
  ],
  close: async () => {
    await transport.close();
    await limiter.close();
    await postgres.close();
  },
});

@Module({})
class IngestModule {}

/** The composition root of intake: the only place that names both ports and adapters. */
export const createIngestModule = (config: IngestConfig, logger: Logger): DynamicModule => {
  const world = openWorld(config, logger);
  const { postgres, playbooks, transport, codec, limiter } = world;
  const gatekeeper = createGatekeeper({
    secrets: listOf(config.SLUICE_INTAKE_SECRETS.reveal()),
    limiter,
    windowSeconds: RATE_WINDOW_SECONDS,
    clock: systemClock,
  });
  const brand = config.SLUICE_BRAND;
  return {
    module: IngestModule,
    controllers: [IntakeController, LeadFacadesController, MailFacadesController],
    providers: [
      { provide: SERVICE_PARTS, useFactory: () => partsOf(config, world) },
      {
        provide: INTAKE,
        useFactory: () =>
          createIntake({
            brand,
            transport,
            codec,
            blobs: createBlobStore(postgres),
            receipts: createReceipts(postgres, ingestSchema.schema),
            clock: systemClock,
          }),
      },
      { provide: GATEKEEPER, useValue: gatekeeper },
      {
        provide: FACADE_GATE,
        useFactory: () =>
          createFacadeGate({ brand, playbooks, gatekeeper, tokens: listOf(config.SLUICE_ADMIN_BEARER_TOKEN.reveal()) }),
      },
      {
        provide: ANSWER_ONCE,
        useFactory: () => createAnswerOnce(createIdempotencyKeys(postgres, ingestSchema.schema)),
      },
    ],
    exports: [SERVICE_PARTS],
  };
};
