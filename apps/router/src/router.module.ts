import { Module, type DynamicModule } from '@nestjs/common';
import { systemClock } from '@sluice/kernel';
import { createPlaybookSource, createPostgres, createStateStore, isMigrated } from '@sluice/persistence';
import { parsePlaybook } from '@sluice/policy';
import { kafkaOptionsOf, SERVICE_PARTS, type ServiceParts } from '@sluice/service';
import { runStage } from '@sluice/stage';
import type { Logger } from '@sluice/telemetry';
import { createKafkaTransport, createRegistryCodec } from '@sluice/transport';
import type { RouterConfig } from './config.ts';
import { routerSchema } from './migrations.ts';
import { assignOwner } from './stages/assign-owner.stage.ts';
import { routeInquiry } from './stages/route-inquiry.stage.ts';

const compose = (config: RouterConfig, logger: Logger): ServiceParts => {
  const url = config.SLUICE_POSTGRES_URL;
  const postgres = createPostgres({ url });
  const transport = createKafkaTransport({ ...kafkaOptionsOf(config), clientId: 'router', logger });
  const common = {
    transport, clock: systemClock, ports: {}, failPoints: config.SLUICE_FAIL_POINT,
    codec: createRegistryCodec({ url: config.SLUICE_REGISTRY_URL }),
    playbooks: createPlaybookSource(postgres, { parse: parsePlaybook }),
    stateStore: createStateStore(postgres, routerSchema),
  };
  return {
    runnables: [runStage({ ...common, stage: routeInquiry }), runStage({ ...common, stage: assignOwner })],
    checks: [
      { name: 'kafka', check: () => transport.isReachable() },
      { name: 'postgres', check: () => postgres.isReachable() },
      { name: 'migrations', check: () => isMigrated({ url, ...routerSchema }) },
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
