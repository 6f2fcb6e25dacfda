import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import type { InstalledConnector } from '@sluice/connectors';
import { controlSwitch, effectRequested, effectReviewed, effectSettled } from '@sluice/contracts';
import {
  createMigrationsCheck,
  createPlaybookSource,
  createPostgres,
  createSwitchKeeper,
  createSwitchStore,
  createVersionStore,
  type Database,
} from '@sluice/persistence';
import { storedPlaybook, type Playbook } from '@sluice/policy';
import { systemClock, TransientError } from '@sluice/kernel';
import {
  kafkaOptionsOf,
  postgresOptionsOf,
  registryOptionsOf,
  SERVICE_PARTS,
  type ServiceParts,
} from '@sluice/service';
import { eventRecord, Repeat, runProjection } from '@sluice/stage';
import type { Logger } from '@sluice/telemetry';
import { createKafkaTransport, createRegistryCodec, createRelayProducer } from '@sluice/transport';
import { createPostgresAnswerRates } from './adapters/postgres-answer-rates.adapter.ts';
import { createPostgresCorrespondents } from './adapters/postgres-correspondents.adapter.ts';
import { createPostgresLedger } from './adapters/postgres-ledger.adapter.ts';
import { createPostgresRetention } from './adapters/postgres-retention.adapter.ts';
import { createPostgresSettlements } from './adapters/postgres-settlements.adapter.ts';
import { createRetentionRun } from './apply-retention.ts';
import { SinkChecks } from './check-sinks.ts';
import type { NotifierConfig } from './config.ts';
import { retentionTermsOf } from './domain/retention-terms.ts';
import { slackChannelsOf } from './domain/slack-channels.ts';
import { recordPropagation } from './effect-telemetry.ts';
import { Lanes } from './lanes.ts';
import { notifierSchema } from './migrations.ts';
import { createPerformer } from './perform-effect.ts';
import { createPlanner } from './plan-effects.ts';
import { createReviewer } from './obey-reviews.ts';
import { SettlementRelay } from './relay-settlements.ts';
import { createTripping } from './trip-switches.ts';
import {
  connectorFor,
  connectorsOf,
  laneTermsOf,
  leaseMsOf,
  missingNotes,
  sandboxOf,
  termsOf,
  waitingNote,
} from './sinks.ts';

const RELAY_EVERY_MS = 200;
const CLEAN_EVERY_MS = 600_000;
const TRIP_EVERY_MS = 5_000;
/** Where the relay's position is kept: any partition of a topic that is always there. */
const RELAY_ANCHOR = { topic: effectSettled.v1.type, partition: 0 };

const nameOfConnector = ({ kind, provider, environment }: InstalledConnector): string =>
  [kind, provider, environment].filter((part) => part !== null).join('/');
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'no error');

/** What the notifier reads of the playbooks: those in force, and any by its hash, null where it was never published here. */
const playbooksIn = (postgres: Database) => {
  const source = createPlaybookSource(postgres, { parse: storedPlaybook });
  const versions = createVersionStore(postgres);
  const byHash = async (hash: string): Promise<Playbook | null> => {
    try {
      return (await source.byHash(hash)).playbook;
    } catch (error) {
      if (error instanceof TransientError) throw error;
      return null;
    }
  };
  const versionsInForce = async () => {
    const hashes = (await versions.heads()).flatMap(({ active, bindings }) =>
      active && bindings.length > 0 ? [active.hash] : [],
    );
    const found = await Promise.all(hashes.map(async (hash) => ({ hash, playbook: await byHash(hash) })));
    return found.flatMap(({ hash, playbook }) => (playbook === null ? [] : [{ hash, playbook }]));
  };
  return { byHash, versionsInForce };
};

const compose = async (config: NotifierConfig, logger: Logger): Promise<ServiceParts> => {
  const failPoints = config.SLUICE_FAIL_POINT;
  const kafka = { ...kafkaOptionsOf(config), clientId: 'notifier', logger };
  const postgres = createPostgres(postgresOptionsOf(config));
  const transport = createKafkaTransport(kafka);
  const codec = createRegistryCodec(registryOptionsOf(config));
  const { schema } = notifierSchema;
  const ledger = createPostgresLedger({ postgres, schema });
  const playbooks = playbooksIn(postgres);
  const connectors = await connectorsOf(config);
  const leaseMs = leaseMsOf(connectors);
  const channelTerms = { ceiling: config.SLUICE_EFFECT_MODE, sandbox: config.SLUICE_SLACK_SANDBOX };
  const lanes = new Lanes({
    ledger,
    take: (lane, count) => {
      failPoints.at('before-lease');
      return ledger.take(lane, { count, leaseMs });
    },
    termsOf: laneTermsOf(config),
    perform: createPerformer({ ledger, connectors, terms: termsOf(config), failPoints }),
    onError: (lane, error) =>
      logger.warn({ lane, error: nameOf(error) }, 'a turn failed; the effect is due again when its lease has run out'),
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
      isConnected: (effect) => connectorFor(connectors, effect) !== undefined,
      wake: (names) => lanes.wake(names),
      correspondents: createPostgresCorrespondents(postgres, schema),
      answersADay: config.SLUICE_ANSWERS_A_DAY,
      sandboxOf: sandboxOf(config),
    }),
  });
  const reviews = runProjection({
    name: 'obey-reviews',
    consumes: [effectReviewed.v1],
    transport,
    codec,
    deadLetters: true,
    failPoints,
    apply: createReviewer({ ledger, wake: (names) => lanes.wake(names) }),
  });
  const switches = createSwitchStore(postgres, notifierSchema);
  const switchKeeper = runProjection({
    name: 'obey-switches',
    consumes: [controlSwitch.v1],
    transport,
    codec,
    deadLetters: true,
    failPoints,
    apply: createSwitchKeeper(switches, ({ changedAt }) => recordPropagation(Date.now() - Date.parse(changedAt))),
  });
  let engaged: readonly string[] = [];
  const trip = createTripping({
    playbooks: playbooks.versionsInForce,
    switches,
    rates: createPostgresAnswerRates(postgres, schema),
    clock: systemClock,
    onEngaged: (switchIds) => {
      engaged = switchIds;
    },
    publish: async (word) => {
      const envelope = {
        id: randomUUID(),
        source: '/sluice/notifier',
        time: word.changedAt,
        brand: '*',
        playbook: null,
      };
      await transport.publish([await eventRecord(controlSwitch.v1.of(word), envelope, { codec })]);
      logger.warn({ switchId: word.switchId, why: word.why }, 'a kill switch engaged itself; a person releases it');
    },
  });
  const relay = new SettlementRelay({
    settlements: createPostgresSettlements(postgres, schema),
    codec,
    owner: randomUUID(),
    connect: (sequence) =>
      createRelayProducer({ kafka, name: `sluice.relay-settlements.${sequence}`, anchor: RELAY_ANCHOR }),
  });
  const sinks = new SinkChecks({
    connectors,
    targetsOf: async (kind) =>
      kind === 'slack.message'
        ? [
            ...new Set(
              (await playbooks.versionsInForce()).flatMap(({ playbook }) => slackChannelsOf(playbook, channelTerms)),
            ),
          ]
        : [],
    onFault: (kind, { target, reason, mend }) =>
      logger.warn({ kind, target, reason, mend }, 'a sink can not work until a person mends it; its effects wait'),
  });
  return {
    runnables: [
      lanes,
      planner,
      reviews,
      switchKeeper,
      sinks,
      new Repeat({
        name: 'relay-settlements',
        everyMs: RELAY_EVERY_MS,
        run: async () => ((await relay.run()) ? 'again' : 'rest'),
        close: () => relay.close(),
      }),
      new Repeat({ name: 'trip-switches', everyMs: TRIP_EVERY_MS, run: trip }),
      new Repeat({
        name: 'apply-retention',
        everyMs: CLEAN_EVERY_MS,
        run: createRetentionRun({
          retention: createPostgresRetention(postgres, schema),
          termsOf: async ({ playbook, brand }) =>
            retentionTermsOf(await playbooks.byHash(playbook), brand, {
              contentDays: config.SLUICE_LEDGER_CONTENT_DAYS,
              receiptDays: config.SLUICE_LEDGER_RECEIPT_DAYS,
            }),
        }),
      }),
    ],
    checks: [
      { name: 'kafka', check: () => transport.reachability() },
      { name: 'postgres', check: () => postgres.check() },
      createMigrationsCheck(postgres, [notifierSchema]),
    ],
    notes: () => ({
      mode: config.SLUICE_EFFECT_MODE,
      connectors: connectors.map(nameOfConnector).join(', ') || 'none: every effect is skipped',
      ...missingNotes(connectors),
      ...sinks.notes(),
      switches: engaged.length === 0 ? 'none is engaged' : `engaged, what they cover is held: ${engaged.join(', ')}`,
      waiting: waitingNote(lanes.backlog),
    }),
    close: async () => {
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
