import { metrics } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { AlwaysOffSampler, BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { ScrapeReader } from './scrape-reader.ts';

export interface TelemetryOptions {
  readonly service: string;
  readonly version: string;
  /** Base address of an OTLP/HTTP receiver; spans are not exported without one. */
  readonly otlpEndpoint: string | null;
  readonly otlpProtocol: 'http/protobuf' | 'http/json';
}

export interface Telemetry {
  /** The metrics in Prometheus text format. */
  scrape(): Promise<string>;
  /** Sends what is not sent yet, and ends. */
  flush(): Promise<void>;
}

/** The preload and the service are bundled apart: what the one starts, the other finds here. */
const HERE = Symbol.for('sluice.telemetry');
const holder = globalThis as { [HERE]?: Telemetry };

const UNTRACED_PATHS = ['/healthz', '/readyz', '/metrics', '/health'];
const isUntraced = (path: string | undefined): boolean => UNTRACED_PATHS.some((untraced) => path?.startsWith(untraced));

/** What makes metrics too. */
const measuring = () => [
  new HttpInstrumentation({
    ignoreIncomingRequestHook: ({ url }) => isUntraced(url),
    requireParentforOutgoingSpans: true,
  }),
  new RuntimeNodeInstrumentation(),
];

/** What only makes spans. Query texts and values stay out of them: they hold personal data. */
const tracing = () => [
  new UndiciInstrumentation({ requireParentforSpans: true }),
  new PgInstrumentation({ requireParentSpan: true, enhancedDatabaseReporting: false }),
  new IORedisInstrumentation({ requireParentSpan: true, dbStatementSerializer: (command) => command }),
];

/** A burst of inquiries makes tens of spans each: with the default queue of 2,048 some would be dropped, and traces torn. */
const EXPORT = { scheduledDelayMillis: 500, maxQueueSize: 50_000, maxExportBatchSize: 2_000 };

/**
 * Without a receiver nothing is recorded, and there are trace ids all the same, which tie logs and records together: for them the SDK
 * wants a processor.
 */
const NOWHERE: SpanProcessor = {
  onStart: () => undefined,
  onEnd: () => undefined,
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
};

/** Starts the SDK for this process, once. Must run before what is instrumented is loaded: see register.ts. */
export const startTelemetry = ({ service, version, otlpEndpoint, otlpProtocol }: TelemetryOptions): Telemetry => {
  const Exporter = otlpProtocol === 'http/json' ? JsonExporter : ProtobufExporter;
  const reader = new ScrapeReader();
  const sdk = new NodeSDK({
    resource: resourceFromAttributes({
      [ATTR_SERVICE_NAME]: service,
      [ATTR_SERVICE_VERSION]: version,
      'service.namespace': 'sluice',
    }),
    metricReaders: [reader],
    ...(otlpEndpoint
      ? {
          spanProcessors: [
            new BatchSpanProcessor({ exporter: new Exporter({ url: `${otlpEndpoint}/v1/traces` }), ...EXPORT }),
          ],
        }
      : { spanProcessors: [NOWHERE], sampler: new AlwaysOffSampler() }),
    instrumentations: otlpEndpoint ? [...tracing(), ...measuring()] : measuring(),
  });
  sdk.start();
  const meter = metrics.getMeter('@sluice/telemetry');
  meter
    .createObservableGauge('sluice_build_info', { description: 'Always 1; the version is a label.' })
    .addCallback((observer) => observer.observe(1, { version, service }));
  meter
    .createObservableGauge('sluice_heartbeat_timestamp', {
      unit: 's',
      description: 'When this process last answered a scrape.',
    })
    .addCallback((observer) => observer.observe(Date.now() / 1_000, { service }));
  const telemetry: Telemetry = { scrape: () => reader.text(), flush: () => sdk.shutdown() };
  holder[HERE] = telemetry;
  return telemetry;
};

/** What was started in this process; null when nothing was (a test that runs a service in its own process). */
export const currentTelemetry = (): Telemetry | null => holder[HERE] ?? null;
