import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import {
  AggregationTemporality,
  InstrumentType,
  MetricReader,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { withAliases } from './aliases.ts';

/** The serializer leaves units out, the collector's path writes them: one dashboard must fit both. */
const UNIT_WORDS: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds', By: 'bytes', USD: 'usd' };

const named = (metric: MetricData): MetricData => {
  const word = UNIT_WORDS[metric.descriptor.unit];
  const { name } = metric.descriptor;
  if (!word || name.endsWith(`_${word}`)) return metric;
  return { ...metric, descriptor: { ...metric.descriptor, name: `${name}_${word}` } };
};

const withUnits = (metrics: ResourceMetrics): ResourceMetrics => ({
  ...metrics,
  scopeMetrics: metrics.scopeMetrics.map((scope) => ({ ...scope, metrics: withAliases(scope.metrics.map(named)) })),
});

/**
 * Cumulative, the SDK goes on showing a label that an observable gauge reports no more, with its last value and for ever: the lag of a
 * partition that another replica has, say. As a difference a gauge is what was observed in this collection; its values are the same.
 */
const temporalityOf = (type: InstrumentType): AggregationTemporality =>
  type === InstrumentType.OBSERVABLE_GAUGE ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;

/** Collects on demand, for `/metrics`. */
export class ScrapeReader extends MetricReader {
  readonly #serializer = new PrometheusSerializer();
  #underway: Promise<string> | null = null;

  constructor() {
    super({ aggregationTemporalitySelector: temporalityOf });
  }

  /** The metrics in Prometheus text format. Who asks while others wait gets the same: two collections at once take gauges from each other. */
  text(): Promise<string> {
    this.#underway ??= this.#collected().finally(() => {
      this.#underway = null;
    });
    return this.#underway;
  }

  async #collected(): Promise<string> {
    const { resourceMetrics } = await this.collect();
    return this.#serializer.serialize(withUnits(resourceMetrics));
  }

  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
