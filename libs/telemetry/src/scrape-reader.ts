import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MetricReader, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
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

/** Collects on demand, for `/metrics`. */
export class ScrapeReader extends MetricReader {
  readonly #serializer = new PrometheusSerializer();

  async text(): Promise<string> {
    const { resourceMetrics } = await this.collect();
    return this.#serializer.serialize(withUnits(resourceMetrics));
  }

  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
