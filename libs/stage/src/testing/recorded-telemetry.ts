import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  InstrumentType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace';

export interface RecordedTelemetry {
  /** Ended spans, in the order in which they ended. */
  spans(): readonly ReadableSpan[];
  /** Everything measured so far, by the metric's name. */
  metrics(): Promise<ReadonlyMap<string, MetricData>>;
  clear(): void;
  stop(): Promise<void>;
}

/** As `/metrics` shows it: of an observed gauge what is observed now, and no label that was there before. */
class AsScraped extends InMemoryMetricExporter {
  override selectAggregationTemporality(type: InstrumentType): AggregationTemporality {
    return type === InstrumentType.OBSERVABLE_GAUGE ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
  }
}

/** Takes the place of the process's telemetry, and keeps in memory what would be exported. Once per process. */
export const recordTelemetry = (): RecordedTelemetry => {
  const spanExporter = new InMemorySpanExporter();
  const metricExporter = new AsScraped(AggregationTemporality.CUMULATIVE);
  const meters = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 })],
  });
  metrics.setGlobalMeterProvider(meters);
  const sdk = new NodeSDK({
    spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })],
    instrumentations: [],
    autoDetectResources: false,
    metricReaders: [],
  });
  sdk.start();
  return {
    spans: () => spanExporter.getFinishedSpans(),
    async metrics() {
      metricExporter.reset();
      await meters.forceFlush();
      const all = metricExporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
      return new Map(all.map((one) => [one.descriptor.name, one]));
    },
    clear: () => spanExporter.reset(),
    async stop() {
      await sdk.shutdown();
      await meters.shutdown();
      metrics.disable();
    },
  };
};
