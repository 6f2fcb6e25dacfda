import { Module, type DynamicModule } from '@nestjs/common';
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
import { createDuePublisher, Repeat, runStage } from '@sluice/stage';
import type { Logger } from '@sluice/telemetry';
import { createKafkaTransport, createRegistryCodec } from '@sluice/transport';
import type { RouterConfig } from './config.ts';
import { routerSchema } from './migrations.ts';
import { assignOwner } from './stages/assign-owner.stage.ts';
import { followConversation } from './stages/follow-conversation.stage.ts';

const PUBLISH_DUE_EVERY_MS = 500;
const PRUNE_EVERY_MS = 60_000;

const compose = (config: RouterConfig, logger: Logger): ServiceParts => {
  const postgres = createPostgres(postgresOptionsOf(config));
  const transport = createKafkaTransport({ ...kafkaOptionsOf(config), clientId: 'router', logger });
  const codec = createRegistryCodec(registryOptionsOf(config));
  const stateStore = createStateStore(postgres, routerSchema);
  const common = {
    transport,
    codec,
    clock: systemClock,
    ports: {},
    failPoints: config.SLUICE_FAIL_POINT,
    playbooks: createPlaybookSource(postgres, { parse: storedPlaybook }),
    stateStore,
  };
  return {
    runnables: [
      runStage({ ...common, stage: followConversation }),
      runStage({ ...common, stage: assignOwner }),
      new Repeat({
        name: 'publish-due',
        everyMs: PUBLISH_DUE_EVERY_MS,
        run: createDuePublisher({ dueTimes: stateStore, transport, codec, clock: systemClock }),
      }),
      new Repeat({
        name: 'prune-states',
        everyMs: PRUNE_EVERY_MS,
        run: createStatePruner(postgres, routerSchema),
      }),
    ],
    checks: [
      { name: 'kafka', check: () => transport.reachability() },
      { name: 'postgres', check: () => postgres.check() },
      createMigrationsCheck(postgres, [routerSchema, platformSchemas.playbooks]),
    ],
    close: async () => {
      await transport.close();
      await postgres.close();
    },
  };
};

@Module({})
class RouterModule {}

/** The composition root of the router: the only place that names both ports and adapters. */
export const createRouterModule = (config: RouterConfig, logger: Logger): DynamicModule => ({
  module: RouterModule,
  providers: [{ provide: SERVICE_PARTS, useFactory: () => compose(config, logger) }],
  exports: [SERVICE_PARTS],
});
