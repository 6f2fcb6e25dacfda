import { Module, type DynamicModule, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger, currentTelemetry, type Logger, type LogLevel } from '@sluice/telemetry';
import { HealthController, lostRunnables } from './health.controller.ts';
import { answerUnreadableAddress, ProblemFilter } from './problem-filter.ts';
import { ConfigError } from './read-config.ts';
import { SERVICE_PARTS, type ServiceParts } from './service-parts.ts';
import { StageStrategy } from './stage-strategy.ts';

export interface ServiceConfig {
  readonly SLUICE_HTTP_PORT: number;
  readonly SLUICE_HTTP_HOST: string;
  readonly SLUICE_LOG_LEVEL: LogLevel;
}

export interface ServiceSpec<Config extends ServiceConfig> {
  readonly name: string;
  readonly readConfig: () => Config;
  /** Provides SERVICE_PARTS, and exports it. */
  readonly createModule: (config: Config, logger: Logger) => DynamicModule;
  /** Bytes of a request body at most; default one mebibyte. */
  readonly bodyLimit?: (config: Config) => number;
  /** Proxies whose X-Forwarded-For is believed: addresses or networks, separated by commas. Default: none. */
  readonly trustedProxies?: (config: Config) => string;
  /** What the HTTP server needs besides, before it listens. */
  readonly configure?: (app: NestFastifyApplication, config: Config) => Promise<void> | void;
}

export interface RunningService {
  readonly url: string;
  /** Why only a new process can go on, as `/healthz` says it; null while this one can. */
  lost(): string | null;
  /** Drains and closes everything. Idempotent. */
  stop(): Promise<void>;
}

@Module({})
class ShellModule {
  static around(inner: DynamicModule): DynamicModule {
    return { module: ShellModule, imports: [inner], controllers: [HealthController] };
  }
}

/** Longer than a runner's drain, shorter than the grace a platform gives. */
const DRAIN_WITHIN_MS = 25_000;
const MEBIBYTE = 1024 * 1024;
/** Characters of a part of a path: ids of senders may be long, and what is longer finds no route. */
const LONGEST_PARAMETER = 1_000;

const closeOnce = (app: INestApplication, parts: ServiceParts): (() => Promise<void>) => {
  let closing: Promise<void> | null = null;
  // Runners first: they need their connections to commit what is ready.
  const close = async (): Promise<void> => {
    await Promise.all(parts.runnables.map((runnable) => runnable.drain()));
    await app.close();
    await parts.close();
  };
  return () => (closing ??= close());
};

/** Starts a service in this process: HTTP first, so that it can say that it is not ready yet, then its runners. */
export const startService = async <Config extends ServiceConfig>(
  spec: ServiceSpec<Config>,
  config: Config,
): Promise<RunningService> => {
  const logger = createLogger(spec.name, config.SLUICE_LOG_LEVEL);
  const adapter = new FastifyAdapter({
    bodyLimit: spec.bodyLimit?.(config) ?? MEBIBYTE,
    trustProxy: spec.trustedProxies?.(config) || false,
    frameworkErrors: answerUnreadableAddress,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    ShellModule.around(spec.createModule(config, logger)),
    adapter,
    { logger: false, rawBody: true },
  );
  app.useGlobalFilters(new ProblemFilter(logger));
  await spec.configure?.(app, config);
  const parts = app.get<ServiceParts>(SERVICE_PARTS, { strict: false });
  const stop = closeOnce(app, parts);
  await app.listen(config.SLUICE_HTTP_PORT, config.SLUICE_HTTP_HOST);
  app.connectMicroservice({ strategy: new StageStrategy(parts.runnables) });
  await app.startAllMicroservices();
  const url = (await app.getUrl()).replace('0.0.0.0', '127.0.0.1').replace('[::1]', '127.0.0.1');
  logger.info({ url }, 'started');
  return { url, stop, lost: () => lostRunnables(parts)[0]?.reason ?? null };
};

interface Ending {
  readonly logger: Logger;
  /** 0 when somebody asked for it, else what makes a platform start another. */
  readonly code: 0 | 1;
}

const exitAfter = async (work: Promise<void>, { logger, code }: Ending): Promise<never> => {
  const timer = setTimeout(() => {
    logger.error({ afterMs: DRAIN_WITHIN_MS }, 'draining took too long: what is left is fetched again by others');
    process.exit(1);
  }, DRAIN_WITHIN_MS);
  await work.catch((error: unknown) => logger.error({ error: String(error) }, 'draining failed'));
  await currentTelemetry()
    ?.flush()
    .catch(() => undefined);
  clearTimeout(timer);
  process.exit(code);
};

/** How long a process that is lost still answers `/healthz`, for who looks why. */
const LOST_FOR_MS = 5_000;

/**
 * Calls `end` once the process says itself that only a new one can go on. Not every platform asks `/healthz`, and a process that no
 * longer takes part must not look like one that does. Gives what stops the looking.
 */
export const endWhenLost = (
  lost: () => string | null,
  end: (reason: string) => void,
  { afterMs = LOST_FOR_MS } = {},
): (() => void) => {
  let since: number | null = null;
  const timer = setInterval(() => {
    const reason = lost();
    if (reason === null) {
      since = null;
      return;
    }
    since ??= Date.now();
    if (Date.now() - since < afterMs) return;
    clearInterval(timer);
    end(reason);
  }, afterMs / 10).unref();
  return () => clearInterval(timer);
};

/** The whole life of a service's process: config, start, drain on SIGTERM. A wrong environment ends it at once, with every fault named. */
export const runService = async <Config extends ServiceConfig>(spec: ServiceSpec<Config>): Promise<void> => {
  const logger = createLogger(spec.name);
  process.on('unhandledRejection', (reason) => {
    logger.error(
      { error: reason instanceof Error ? reason.stack : 'no error' },
      'a rejection nobody handled: ending, so that nothing goes on in an unknown state',
    );
    process.exit(1);
  });
  try {
    const running = await startService(spec, spec.readConfig());
    const stopLooking = endWhenLost(running.lost, (reason) => {
      logger.error({ reason }, 'only a new process can go on: this one ends');
      void exitAfter(running.stop(), { logger, code: 1 });
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => {
        stopLooking();
        void exitAfter(running.stop(), { logger, code: 0 });
      });
  } catch (error) {
    logger.error(
      { error: error instanceof ConfigError ? error.message : String(error instanceof Error ? error.stack : error) },
      'starting failed',
    );
    process.exit(1);
  }
};
