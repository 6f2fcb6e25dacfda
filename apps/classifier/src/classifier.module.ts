import { Module, type DynamicModule } from '@nestjs/common';
import { openRedis } from '@sluice/cache';
import { systemClock } from '@sluice/kernel';
import { createMigrationsCheck, createPlaybookSource, createPostgres, platformSchemas } from '@sluice/persistence';
import { storedPlaybook } from '@sluice/policy';
import {
  kafkaOptionsOf,
  postgresOptionsOf,
  registryOptionsOf,
  SERVICE_PARTS,
  type ServiceParts,
} from '@sluice/service';
import { runStage } from '@sluice/stage';
import type { Logger } from '@sluice/telemetry';
import { createKafkaTransport, createRegistryCodec } from '@sluice/transport';
import { openReader, type ReaderChoice } from './adapters/open-reader.ts';
import type { ClassifierConfig } from './config.ts';
import { scoreInquiry } from './stages/score-inquiry.stage.ts';

/** Gathers for each question that may be under way: the next ones are decoded and redacted before an answer frees their place. */
const GATHERS_PER_QUESTION = 1.5;
const MS_PER_SECOND = 1_000;

const choiceOf = (config: ClassifierConfig, logger: Logger): ReaderChoice => ({
  model:
    config.SLUICE_MODEL_BASE_URL === undefined
      ? null
      : {
          baseUrl: config.SLUICE_MODEL_BASE_URL,
          apiKey: config.SLUICE_MODEL_API_KEY?.reveal() ?? null,
          concurrency: config.SLUICE_MODEL_CONCURRENCY,
          longestRestMs: config.SLUICE_MODEL_LONGEST_REST_SECONDS * MS_PER_SECOND,
        },
  contactSecret: config.SLUICE_CONTACT_SECRET?.reveal() ?? null,
  onIssue: (issue) =>
    issue === null
      ? logger.info({}, 'the model answers again')
      : logger.error({ issue }, 'inquiries are read by rules only until somebody mends this'),
});

const compose = (config: ClassifierConfig, logger: Logger): ServiceParts => {
  const postgres = createPostgres(postgresOptionsOf(config));
  const transport = createKafkaTransport({ ...kafkaOptionsOf(config), clientId: 'classifier', logger });
  let redisIs = 'not asked yet';
  const link = openRedis({
    url: config.SLUICE_REDIS_URL.reveal(),
    onReachabilityChange: ({ reachable, because }) => {
      redisIs = reachable ? 'reachable' : 'away: no answer is reused, and the budget is counted in this process';
      logger[reachable ? 'info' : 'warn']({ because }, `redis is ${redisIs}`);
    },
  });
  const { reader, state, close } = openReader(choiceOf(config, logger), link);
  logger.info({ reading: state() }, 'inquiries are read by');
  const stage = runStage({
    stage: scoreInquiry,
    ports: { reader },
    transport,
    clock: systemClock,
    failPoints: config.SLUICE_FAIL_POINT,
    codec: createRegistryCodec(registryOptionsOf(config)),
    playbooks: createPlaybookSource(postgres, { parse: storedPlaybook }),
    options: { concurrency: Math.ceil(config.SLUICE_MODEL_CONCURRENCY * GATHERS_PER_QUESTION) },
  });
  return {
    runnables: [stage],
    checks: [
      { name: 'kafka', check: () => transport.reachability() },
      { name: 'postgres', check: () => postgres.check() },
      createMigrationsCheck(postgres, [platformSchemas.playbooks]),
    ],
    notes: () => ({ reading: state(), redis: redisIs }),
    close: async () => {
      await transport.close();
      await Promise.all([postgres.close(), close(), link.close()]);
    },
  };
};

@Module({})
class ClassifierModule {}

/** The composition root of the classifier: the only place that names both ports and adapters. */
export const createClassifierModule = (config: ClassifierConfig, logger: Logger): DynamicModule => ({
  module: ClassifierModule,
  providers: [{ provide: SERVICE_PARTS, useFactory: () => compose(config, logger) }],
  exports: [SERVICE_PARTS],
});
