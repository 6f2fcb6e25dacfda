import { Module, type DynamicModule } from '@nestjs/common';
import { createRateLimiter } from '@sluice/cache';
import { topics } from '@sluice/contracts';
import { systemClock } from '@sluice/kernel';
import {
  createBlobPruner,
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
import {
  kafkaOptionsOf,
  postgresOptionsOf,
  registryOptionsOf,
  SERVICE_PARTS,
  type ServiceParts,
} from '@sluice/service';
import { Repeat, runStage, type PlaybookSource, type Transport } from '@sluice/stage';
import type { Logger } from '@sluice/telemetry';
import { createKafkaTransport, createRegistryCodec, createTopicWatch, type TopicWatch } from '@sluice/transport';
import { createMemoryTerms } from './adapters/memory-terms.adapter.ts';
import { createInquiryParser } from './adapters/mime-inquiry-parser.adapter.ts';
import { createIdempotencyKeys, createReceiptPruner, createReceipts } from './adapters/postgres-receipts.adapter.ts';
import { createMailReader } from './adapters/postal-mime-reader.adapter.ts';
import type { IngestConfig } from './config.ts';
import { createIntake } from './http/accept-inquiry.ts';
import { createAnswerOnce } from './http/answer-once.ts';
import { createBestEffort } from './http/best-effort.ts';
import { createFacadeGate } from './http/facades/facade-gate.ts';
import { LeadFacadesController } from './http/facades/lead-facades.controller.ts';
import { MailFacadesController } from './http/facades/mail-facades.controller.ts';
import { createGatekeeper } from './http/gatekeeper.ts';
import { INTAKE_PARTS, type IntakeParts } from './http/intake-parts.ts';
import { IntakeController } from './http/intake.controller.ts';
import { createRefusalCount } from './http/refusal-count.ts';
import type { SenderKey } from './http/sender-keys.ts';
import { ingestSchema } from './migrations.ts';
import { normalizeInquiry } from './stages/normalize-inquiry.stage.ts';

const RATE_WINDOW_SECONDS = 60;
const PRUNE_EVERY_MS = 60_000;
const LOOK_AT_TOPICS_EVERY_MS = 60_000;

interface World {
  readonly postgres: Postgres;
  readonly playbooks: PlaybookSource<Playbook>;
  readonly transport: Transport;
  readonly topicWatch: TopicWatch;
  readonly codec: ReturnType<typeof createRegistryCodec>;
  readonly limiter: ReturnType<typeof createRateLimiter>;
}

const openWorld = (config: IngestConfig, logger: Logger): World => {
  const postgres = createPostgres(postgresOptionsOf(config));
  const transport = createKafkaTransport({ ...kafkaOptionsOf(config), clientId: 'ingest', logger });
  return {
    postgres,
    playbooks: createPlaybookSource(postgres, { parse: storedPlaybook }),
    transport,
    // What is accepted must survive the loss of a broker: intake says it where the topics would not let it.
    topicWatch: createTopicWatch(transport, topics),
    codec: createRegistryCodec(registryOptionsOf(config)),
    limiter: createRateLimiter({
      url: config.SLUICE_REDIS_URL.reveal(),
      points: config.SLUICE_RATE_LIMIT,
      durationSeconds: RATE_WINDOW_SECONDS,
      namespace: 'intake',
    }),
  };
};

const partsOf = (
  config: IngestConfig,
  { postgres, playbooks, transport, topicWatch, codec, limiter }: World,
): ServiceParts => ({
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
    new Repeat({ name: 'prune-blobs', everyMs: PRUNE_EVERY_MS, run: createBlobPruner(postgres) }),
    new Repeat({ name: 'prune-receipts', everyMs: PRUNE_EVERY_MS, run: createReceiptPruner(postgres, ingestSchema) }),
    new Repeat({ name: 'look-at-topics', everyMs: LOOK_AT_TOPICS_EVERY_MS, run: () => topicWatch.look() }),
  ],
  notes: () => topicWatch.notes(),
  // Accepting needs the broker and the blob store; what was accepted waits on the log for the stage.
  servesWithoutRunnables: true,
  checks: [
    { name: 'kafka', check: () => transport.reachability() },
    { name: 'postgres, where blobs are stored', check: () => postgres.check() },
    createMigrationsCheck(postgres, [ingestSchema, platformSchemas.blobs, platformSchemas.playbooks]),
  ],
  close: async () => {
    await transport.close();
    await limiter.close();
    await postgres.close();
  },
});

/** A key for all is a choice that somebody should know they made. */
const warnOfKeysForAll = (keys: readonly SenderKey[], logger: Logger): void => {
  const all = keys.filter(({ sources }) => sources === null).length;
  if (all > 0)
    logger.warn(
      { keysForAll: all, keys: keys.length },
      'keys of senders that may speak for every source: give each its sources as <source>+<source>:<key>',
    );
};

@Module({})
class IngestModule {}

const intakePartsOf = (config: IngestConfig, world: World, logger: Logger): IntakeParts => {
  const { SLUICE_BRAND: brand, SLUICE_INTAKE_SECRETS: secrets, SLUICE_ADMIN_BEARER_TOKEN: tokens } = config;
  const { postgres, playbooks, transport, codec, limiter } = world;
  warnOfKeysForAll([...secrets, ...tokens], logger);
  const [bestEffort, clock] = [createBestEffort(), systemClock];
  const gatekeeper = createGatekeeper({
    secrets,
    tokens,
    limiter,
    windowSeconds: RATE_WINDOW_SECONDS,
    refusals: createRefusalCount({ most: config.SLUICE_REFUSAL_LIMIT, windowSeconds: RATE_WINDOW_SECONDS, clock }),
    clock,
  });
  return {
    gatekeeper,
    gate: createFacadeGate({ brand, playbooks, gatekeeper }),
    answerOnce: createAnswerOnce(createIdempotencyKeys(postgres, ingestSchema.schema), bestEffort),
    batchBounds: { rows: config.SLUICE_MAX_BATCH_ROWS, bytesOfRow: config.SLUICE_MAX_INQUIRY_BYTES },
    intake: createIntake({
      brand,
      transport,
      codec,
      blobs: createBlobStore(postgres),
      reader: createMailReader(),
      receipts: createReceipts(postgres, ingestSchema.schema),
      memoryTerms: createMemoryTerms({ playbooks, brand, bestEffort }),
      bestEffort,
      clock,
    }),
  };
};

/** The composition root of intake: the only place that names both ports and adapters. */
export const createIngestModule = (config: IngestConfig, logger: Logger): DynamicModule => {
  const world = openWorld(config, logger);
  return {
    module: IngestModule,
    controllers: [IntakeController, LeadFacadesController, MailFacadesController],
    providers: [
      { provide: SERVICE_PARTS, useFactory: () => partsOf(config, world) },
      { provide: INTAKE_PARTS, useFactory: () => intakePartsOf(config, world, logger) },
    ],
    exports: [SERVICE_PARTS],
  };
};
