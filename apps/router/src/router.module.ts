import { Module, type DynamicModule } from '@nestjs/common';
import { poolChanged, slaClockMoved } from '@sluice/contracts';
import { systemClock } from '@sluice/kernel';
import {
  createJobQueue,
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
import { Repeat, runProjection, runStage, type Runnable } from '@sluice/stage';
import type { Logger } from '@sluice/telemetry';
import { createKafkaTransport, createRegistryCodec } from '@sluice/transport';
import { createPostgresLooks } from './adapters/postgres-looks.adapter.ts';
import { createPostgresTimers } from './adapters/postgres-timers.adapter.ts';
import type { RouterConfig } from './config.ts';
import { createPoolLooker } from './look-at-pools.ts';
import { JOBS_SCHEMA, routerSchema } from './migrations.ts';
import type { Timers } from './ports/timers.port.ts';
import { createTimerSetter } from './set-timers.ts';
import { createSlaMeters } from './sla-telemetry.ts';
import { assignOwner } from './stages/assign-owner.stage.ts';
import { noteAssignment } from './stages/note-assignment.stage.ts';
import { noteCommand } from './stages/note-command.stage.ts';
import { routeInquiry } from './stages/route-inquiry.stage.ts';
import { runClocks } from './stages/run-clocks.stage.ts';
import { createClockWaker } from './wake-clocks.ts';

const WAKE_EVERY_MS = 500;
const LOOK_EVERY_MS = 1_000;
const PRUNE_EVERY_MS = 60_000;
/** Seconds after which what a dead process had taken is taken by another: longer than publishing a batch ever takes. */
const TIMER_LEASE_SECONDS = 60;

/** Starts `runnable` once the timers are there. */
const withTimers = (timers: Timers, runnable: Runnable): Runnable => ({
  name: runnable.name,
  start: async () => {
    await timers.start();
    await runnable.start();
  },
  drain: () => runnable.drain(),
  health: () => runnable.health(),
});

const compose = (config: RouterConfig, logger: Logger): ServiceParts => {
  const database = postgresOptionsOf(config);
  const postgres = createPostgres(database);
  const transport = createKafkaTransport({ ...kafkaOptionsOf(config), clientId: 'router', logger });
  const codec = createRegistryCodec(registryOptionsOf(config));
  const queue = createJobQueue({ ...database, schema: JOBS_SCHEMA, expireSeconds: TIMER_LEASE_SECONDS });
  const timers = createPostgresTimers({ postgres, schema: routerSchema.schema, queue });
  const looks = createPostgresLooks(postgres, routerSchema);
  const meters = createSlaMeters(() => timers.counts());
  const common = {
    transport,
    codec,
    clock: systemClock,
    ports: {},
    failPoints: config.SLUICE_FAIL_POINT,
    playbooks: createPlaybookSource(postgres, { parse: storedPlaybook }),
    stateStore: createStateStore(postgres, routerSchema),
  };
  return {
    runnables: [
      runStage({ ...common, stage: routeInquiry }),
      runStage({ ...common, stage: assignOwner }),
      runStage({ ...common, stage: noteAssignment }),
      runStage({ ...common, stage: noteCommand }),
      runStage({ ...common, stage: runClocks }),
      withTimers(
        timers,
        runProjection({
          name: 'set-timers',
          consumes: [slaClockMoved.v1, poolChanged.v1],
          transport,
          codec,
          deadLetters: true,
          apply: createTimerSetter({ timers, looks, onBreach: meters.breached }),
        }),
      ),
      new Repeat({
        name: 'look-at-pools',
        everyMs: LOOK_EVERY_MS,
        run: createPoolLooker({ looks, transport, codec, clock: systemClock }),
      }),
      withTimers(
        timers,
        new Repeat({
          name: 'wake-clocks',
          everyMs: WAKE_EVERY_MS,
          run: createClockWaker({ timers, transport, codec, clock: systemClock }),
        }),
      ),
      new Repeat({
        name: 'prune-states',
        everyMs: PRUNE_EVERY_MS,
        run: createStatePruner(postgres, routerSchema),
      }),
    ],
    checks: [
      { name: 'kafka', check: () => transport.reachability() },
      { name: 'postgres', check: () => postgres.isReachable() },
      createMigrationsCheck(postgres, [routerSchema, platformSchemas.playbooks]),
    ],
    close: async () => {
      meters.close();
      await timers.stop().catch(() => undefined);
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
