import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { effectRequested, effectSettled } from '@sluice/contracts';
import { createJobQueue, createMigrationsCheck, createPostgres } from '@sluice/persistence';
import {
  kafkaOptionsOf,
  postgresOptionsOf,
  registryOptionsOf,
  SERVICE_PARTS,
  type ServiceParts,
} from '@sluice/service';
import { Repeat, runProjection, type Runnable } from '@sluice/stage';
import type { Logger } from '@sluice/telemetry';
import { createKafkaTransport, createRegistryCodec, createRelayProducer } from '@sluice/transport';
import { createPostgresLedger } from './adapters/postgres-ledger.adapter.ts';
import { createPostgresSettlements } from './adapters/postgres-settlements.adapter.ts';
import type { NotifierConfig } from './config.ts';
import { Lanes } from './lanes.ts';
import { JOBS_SCHEMA, notifierSchema } from './migrations.ts';
import { createPerformer } from './perform-effect.ts';
import { createPlanner } from './plan-effects.ts';
import { SettlementRelay } from './relay-settlements.ts';
import { connectorsOf, expireSecondsOf, laneTermsOf, leaseMsOf, termsOf } from './sinks.ts';

const RELAY_EVERY_MS = 200;
/** Where the relay's position is kept: any partition of a topic that is always there. */
const RELAY_ANCHOR = { topic: effectSettled.v1.type, partition: 0 };

/** Starts `runnable` once `first` has started. */
const after = (first: Runnable, runnable: Runnable): Runnable => ({
  name: runnable.name,
  start: async () => {
    await first.start();
    await runnable.start();
  },
  drain: () => runnable.drain(),
  health: () => runnable.health(),
});

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'no error');

const compose = (config: NotifierConfig, logger: Logger): ServiceParts => {
  const database = postgresOptionsOf(config);
  const failPoints = config.SLUICE_FAIL_POINT;
  const kafka = { ...kafkaOptionsOf(config), clientId: 'notifier', logger };
  const postgres = createPostgres(database);
  const transport = createKafkaTransport(kafka);
  const codec = createRegistryCodec(registryOptionsOf(config));
  const queue = createJobQueue({ ...database, schema: JOBS_SCHEMA, expireSeconds: expireSecondsOf(config) });
  const ledger = createPostgresLedger({ postgres, schema: notifierSchema.schema, queue });
  const connectors = connectorsOf(config);
  const lanes = new Lanes({
    ledger,
    queue,
    termsOf: laneTermsOf(config),
    perform: createPerformer({ ledger, connectors, terms: termsOf(config), leaseMs: leaseMsOf(config), failPoints }),
    onError: (lane, error) => logger.warn({ lane, error: nameOf(error) }, 'a turn failed; its job comes back'),
  });
  const planner = runProjection({
    name: 'plan-effects',
    consumes: [effectRequested.v1],
    transport,
    codec,
    deadLetters: true,
    failPoints,
    apply: createPlanner({
      ledger,
      ceiling: config.SLUICE_EFFECT_MODE,
      wake: (names) => lanes.wake(names),
      sandbox: { 'slack.message': config.SLUICE_SLACK_SANDBOX, 'webhook.delivery': config.SLUICE_WEBHOOK_SANDBOX },
    }),
  });
  const relay = new SettlementRelay({
    settlements: createPostgresSettlements(postgres, notifierSchema.schema),
    codec,
    owner: randomUUID(),
    connect: (sequence) =>
      createRelayProducer({ kafka, name: `sluice.relay-settlements.${sequence}`, anchor: RELAY_ANCHOR }),
  });
  return {
    runnables: [
      lanes,
      after(lanes, planner),
      new Repeat({
        name: 'relay-settlements',
        everyMs: RELAY_EVERY_MS,
        run: async () => ((await relay.run()) ? 'again' : 'rest'),
        close: () => relay.close(),
      }),
    ],
    checks: [
      { name: 'kafka', check: () => transport.reachability() },
      { name: 'postgres', check: () => postgres.isReachable() },
      createMigrationsCheck(postgres, [notifierSchema]),
    ],
    notes: () => ({
      mode: config.SLUICE_EFFECT_MODE,
      connectors: connectors.map(({ kind }) => kind).join(', ') || 'none: every effect is skipped',
    }),
    close: async () => {
      await queue.stop().catch(() => undefined);
      await Promise.all(connectors.map((connector) => connector.close()));
      await transport.close();
      await postgres.close();
    },
  };
};

@Module({})
class NotifierModule {}

/** The composition root of the notifier: the only place that names both ports and adapters. */
export const createNotifierModule = (config: NotifierConfig, logger: Logger): DynamicModule => ({
  module: NotifierModule,
  providers: [{ provide: SERVICE_PARTS, useFactory: () => compose(config, logger) }],
  exports: [SERVICE_PARTS],
});
