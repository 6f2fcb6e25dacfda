import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { createSlackConnector, createWebhookConnector, type Connector } from '@sluice/connectors';
import { effectRequested } from '@sluice/contracts';
import { createJobQueue, createPostgres, isMigrated, type JobQueue } from '@sluice/persistence';
import { SERVICE_PARTS, type ServiceParts } from '@sluice/service';
import { runProjection, type Runnable } from '@sluice/stage';
import type { Logger } from '@sluice/telemetry';
import { createKafkaTransport, createRegistryCodec } from '@sluice/transport';
import { createPostgresLedger } from './adapters/postgres-ledger.adapter.ts';
import type { NotifierConfig } from './config.ts';
import type { Terms } from './domain/next-step.ts';
import { noFailPoints } from './fail-points.ts';
import { createLanes, type Lanes } from './lanes.ts';
import { LedgerLoop } from './ledger-loop.ts';
import { JOBS_SCHEMA, notifierSchema } from './migrations.ts';
import { createPerformer } from './perform-effect.ts';
import { createPlanner } from './plan-effects.ts';
import { createSettledRelay } from './settled-relay.ts';

/** Acceptance X-19: four tries. */
const TERMS: Terms = { maxTries: 4, maxAsks: 10, baseMs: 1_000, capMs: 60_000, graceMs: 2_000 };
const RELAY_EVERY_MS = 200;
const SWEEP_EVERY_MS = 5_000;
/** Longer than a lease: whoever held it by then is dead, or its reminder was lost. */
const FORGOTTEN_AFTER_MS = 30_000;

const connectorsOf = (config: NotifierConfig): readonly Connector[] => {
  const { SLUICE_SLACK_TOKEN: token, SLUICE_SLACK_API_URL: apiUrl, SLUICE_WEBHOOK_URL: url, SLUICE_WEBHOOK_SECRET: secret, SLUICE_SINK_TIMEOUT_MS: timeoutMs } = config;
  return [
    ...(token ? [createSlackConnector({ token: token.reveal(), timeoutMs, ...(apiUrl ? { apiUrl } : {}) })] : []),
    ...(url && secret ? [createWebhookConnector({ url, secret: secret.reveal(), timeoutMs })] : []),
  ];
};

/** The queue starts before anything is planned into it. */
const afterQueue = (jobs: JobQueue, runnable: Runnable): Runnable => {
  let started: Promise<void> | null = null;
  return {
    name: runnable.name,
    start: async () => {
      started ??= jobs.start();
      await started;
      await runnable.start();
    },
    drain: () => runnable.drain(),
    health: () => runnable.health(),
  };
};

const compose = (config: NotifierConfig, logger: Logger): ServiceParts => {
  const url = config.SLUICE_POSTGRES_URL;
  const postgres = createPostgres({ url });
  const transport = createKafkaTransport({ brokers: config.SLUICE_KAFKA_BROKERS, clientId: 'notifier', logger });
  const codec = createRegistryCodec({ url: config.SLUICE_REGISTRY_URL });
  const jobs = createJobQueue({ url, schema: JOBS_SCHEMA });
  const ledger = createPostgresLedger(postgres, notifierSchema.schema);
  const connectors = connectorsOf(config);
  const perform = createPerformer({
    ledger, connectors, owner: randomUUID(), terms: TERMS, failPoints: noFailPoints,
    remind: (effect, afterMs) => lanes.remind(effect, { turn: `${effect.tries}/${effect.asks}/${effect.turn}`, afterMs }),
  });
  const lanes: Lanes = createLanes(jobs, { concurrency: config.SLUICE_LANE_CONCURRENCY, handle: perform });
  const sweep = async (): Promise<void> => {
    for (const effect of await ledger.forgotten(FORGOTTEN_AFTER_MS)) await lanes.remind(effect, { turn: `swept ${Math.floor(Date.now() / FORGOTTEN_AFTER_MS)}`, afterMs: 0 });
  };
  const reopen = async (): Promise<void> => {
    for (const effect of await ledger.forgotten(0)) await lanes.open(effect);
  };
  const planner = runProjection({ name: 'plan-effects', consumes: [effectRequested.v1], transport, codec, deadLetters: true, apply: createPlanner(ledger, lanes) });
  const opening: Runnable = { ...planner, name: planner.name, start: async () => { await reopen(); await planner.start(); }, drain: () => planner.drain(), health: () => planner.health() };
  return {
    runnables: [
      afterQueue(jobs, opening),
      new LedgerLoop({ name: 'settled-relay', everyMs: RELAY_EVERY_MS, work: createSettledRelay({ ledger, codec, transport }) }),
      new LedgerLoop({ name: 'ledger-sweep', everyMs: SWEEP_EVERY_MS, work: sweep }),
    ],
    checks: [
      { name: 'kafka', check: () => transport.isReachable() },
      { name: 'postgres', check: () => postgres.isReachable() },
      { name: 'migrations', check: () => isMigrated({ url, ...notifierSchema }) },
    ],
    close: async () => {
      await jobs.stop().catch(() => undefined);
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
