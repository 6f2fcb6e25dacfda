import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { registerInstrumentations, type Instrumentation } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { AlwaysOffSampler, BatchSpanProcessor, TracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace';
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
const measuring = (): Instrumentation[] => [
  new HttpInstrumentation({
    ignoreIncomingRequestHook: ({ url }) => isUntraced(url),
    requireParentforOutgoingSpans: true,
  }),
  new RuntimeNodeInstrumentation(),
];

/** What only makes spans. Query texts and values stay out of them: they hold personal data. */
const tracing = async (): Promise<Instrumentation[]> => {
  const [{ UndiciInstrumentation }, { PgInstrumentation }, { IORedisInstrumentation }] = await Promise.all([
    import('@opentelemetry/instrumentation-undici'),
    import('@opentelemetry/instrumentation-pg'),
    import('@opentelemetry/instrumentation-ioredis'),
  ]);
  return [
    new UndiciInstrumentation({ requireParentforSpans: true }),
    new PgInstrumentation({ requireParentSpan: true, enhancedDatabaseReporting: false }),
    new IORedisInstrumentation({ requireParentSpan: true, dbStatementSerializer: (command) => command }),
  ];
};

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

interface Started {
  shutdown(): Promise<void>;
}

type Parts = TelemetryOptions & { readonly resource: Resource; readonly reader: ScrapeReader };

/** The whole SDK, which also reads its own environment (`OTEL_TRACES_SAMPLER`, `OTEL_RESOURCE_ATTRIBUTES`, …), and what exports. */
const startExporting = async ({ otlpEndpoint, otlpProtocol, resource, reader }: Parts): Promise<Started> => {
  const [{ NodeSDK }, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    otlpProtocol === 'http/json'
      ? import('@opentelemetry/exporter-trace-otlp-http')
      : import('@opentelemetry/exporter-trace-otlp-proto'),
  ]);
  const exporter = new OTLPTraceExporter({ url: `${otlpEndpoint}/v1/traces` });
  const sdk = new NodeSDK({
    resource,
    metricReaders: [reader],
    spanProcessors: [new BatchSpanProcessor({ exporter, ...EXPORT })],
    instrumentations: [...(await tracing()), ...measuring()],
  });
  sdk.start();
  return sdk;
};

/** Only what measures and what hands trace ids on: loading the rest takes longer than a service takes to be ready. */
const startMeasuring = ({ resource, reader }: Parts): Started => {
  const spans = new TracerProvider({ resource, spanProcessors: [NOWHERE], sampler: new AlwaysOffSampler() });
  const meters = new MeterProvider({ resource, readers: [reader] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
  trace.setGlobalTracerProvider(spans);
  metrics.setGlobalMeterProvider(meters);
  registerInstrumentations({ instrumentations: measuring() });
  return { shutdown: async () => void (await Promise.all([spans.shutdown(), meters.shutdown()])) };
};

/** Starts the SDK for this process, once. Must run before what is instrumented is used: see register.ts. */
export const startTelemetry = async (options: TelemetryOptions): Promise<Telemetry> => {
  const { service, version, otlpEndpoint } = options;
  const reader = new ScrapeReader();
  const resource = resourceFromAttributes({
    [ATTR_SERVICE_NAME]: service,
    [ATTR_SERVICE_VERSION]: version,
    'service.namespace': 'sluice',
  });
  const parts: Parts = { ...options, resource, reader };
  const sdk = otlpEndpoint === null ? startMeasuring(parts) : await startExporting(parts);
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
