import { Module, type DynamicModule } from '@nestjs/common';
import { createCache, openRedis } from '@sluice/cache';
import { systemClock } from '@sluice/kernel';
import {
  createMigrationsCheck,
  createStatePruner,
  createPlaybookSource,
  createPostgres,
  createStateStore,
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
import { Repeat, runStage } from '@sluice/stage';
import type { Logger } from '@sluice/telemetry';
import { createKafkaTransport, createRegistryCodec } from '@sluice/transport';
import { openSources, type SourceChoice } from './adapters/sources.ts';
import type { EnricherConfig } from './config.ts';
import { enricherSchema } from './migrations.ts';
import { enrichInquiry } from './stages/enrich-inquiry.stage.ts';

const PRUNE_EVERY_MS = 60_000;

const choiceOf = (config: EnricherConfig): SourceChoice => ({
  firmographics:
    config.SLUICE_FIRMOGRAPHICS_URL === undefined
      ? null
      : { url: config.SLUICE_FIRMOGRAPHICS_URL, apiKey: config.SLUICE_FIRMOGRAPHICS_API_KEY?.reveal() ?? null },
  companiesFile: config.SLUICE_COMPANIES_FILE ?? null,
  websiteTextsFile: config.SLUICE_WEBSITE_TEXTS_FILE ?? null,
  websiteBaseUrl: config.SLUICE_WEBSITE_BASE_URL ?? null,
  allowedNetworks: config.SLUICE_WEBSITE_ALLOWED_NETWORKS,
});

const compose = (config: EnricherConfig, logger: Logger): ServiceParts => {
  const postgres = createPostgres(postgresOptionsOf(config));
  const transport = createKafkaTransport({ ...kafkaOptionsOf(config), clientId: 'enricher', logger });
  let redisIs = 'not asked yet';
  const link = openRedis({
    url: config.SLUICE_REDIS_URL.reveal(),
    onReachabilityChange: ({ reachable, because }) => {
      redisIs = reachable ? 'reachable' : 'away: looking up without a cache';
      logger[reachable ? 'info' : 'warn']({ because }, `redis is ${redisIs}`);
    },
  });
  const sources = openSources(choiceOf(config), {
    companies: createCache({ link, namespace: 'company' }),
    websites: createCache({ link, namespace: 'website' }),
  });
  const stage = runStage({
    stage: enrichInquiry,
    ports: sources,
    transport,
    clock: systemClock,
    failPoints: config.SLUICE_FAIL_POINT,
    codec: createRegistryCodec(registryOptionsOf(config)),
    playbooks: createPlaybookSource(postgres, { parse: storedPlaybook }),
    stateStore: createStateStore(postgres, enricherSchema),
  });
  return {
    runnables: [
      stage,
      new Repeat({
        name: 'prune-states',
        everyMs: PRUNE_EVERY_MS,
        run: createStatePruner(postgres, enricherSchema),
      }),
    ],
    checks: [
      { name: 'kafka', check: () => transport.reachability() },
      { name: 'postgres', check: () => postgres.check() },
      createMigrationsCheck(postgres, [enricherSchema, platformSchemas.playbooks]),
    ],
    notes: () => ({ redis: redisIs, ...sources.names }),
    close: async () => {
      await transport.close();
      await Promise.all([postgres.close(), sources.close(), link.close()]);
    },
  };
};

@Module({})
class EnricherModule {}

/** The composition root of the enricher: the only place that names both ports and adapters. */
export const createEnricherModule = (config: EnricherConfig, logger: Logger): DynamicModule => ({
  module: EnricherModule,
  providers: [{ provide: SERVICE_PARTS, useFactory: () => compose(config, logger) }],
  exports: [SERVICE_PARTS],
});
