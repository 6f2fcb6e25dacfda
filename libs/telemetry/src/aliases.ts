import type { Attributes } from '@opentelemetry/api';
import {
  DataPointType,
  type DataPoint,
  type Histogram,
  type HistogramMetricData,
  type MetricData,
} from '@opentelemetry/sdk-metrics';

/** A name that a source document asks for, beside ours: the same figures, or a part of them, or in another unit. */
interface Alias {
  readonly of: string;
  readonly name: string;
  readonly description: string;
  /** Only the points with these attributes, which the alias then leaves out. */
  readonly where?: Attributes;
  readonly times?: number;
}

const ALIASES: readonly Alias[] = [
  { of: 'sluice_intake', name: 'intake_total', description: 'sluice_intake_total, as document 003 calls it.' },
  {
    of: 'sluice_emails_ingested',
    name: 'emails_ingested_total',
    description: 'sluice_emails_ingested_total, as document 001E calls it.',
  },
  {
    of: 'sluice_dedupe_suppressed',
    name: 'dedupe_suppressed_total',
    description: 'sluice_dedupe_suppressed_total, as document 003 calls it.',
  },
  {
    of: 'sluice_idempotency_conflicts',
    name: 'idempotency_conflicts_total',
    description: 'sluice_idempotency_conflicts_total, as document 001E calls it.',
  },
  {
    of: 'sluice_llm_latency_seconds',
    name: 'llm_latency_ms',
    description: 'sluice_llm_latency_seconds in milliseconds, as document 003 calls it.',
    times: 1_000,
  },
  {
    of: 'sluice_llm_cost_usd',
    name: 'llm_cost_usd_total',
    description: 'sluice_llm_cost_usd_total, as document 001E calls it.',
  },
  {
    of: 'sluice_extraction_confidence',
    name: 'extraction_confidence',
    description: 'sluice_extraction_confidence, as document 001E calls it.',
  },
  {
    of: 'sluice_crm_write_latency_seconds',
    name: 'crm_write_latency_seconds',
    description: 'sluice_crm_write_latency_seconds, as document 001E calls it.',
  },
  {
    of: 'sluice_effect',
    name: 'send_success_total',
    description: 'sluice_effect_total of what was confirmed, as document 003 calls it.',
    where: { state: 'confirmed' },
  },
  { of: 'sluice_e2e_seconds', name: 'e2e_seconds', description: 'sluice_e2e_seconds, as document 003 calls it.' },
];

const multiplied = ({ buckets, sum, min, max, count }: Histogram, times: number): Histogram => ({
  buckets: { boundaries: buckets.boundaries.map((boundary) => boundary * times), counts: buckets.counts },
  count,
  ...(sum === undefined ? {} : { sum: sum * times }),
  ...(min === undefined ? {} : { min: min * times }),
  ...(max === undefined ? {} : { max: max * times }),
});

const fits = (attributes: Attributes, where: Attributes): boolean =>
  Object.entries(where).every(([key, value]) => attributes[key] === value);
const without = (attributes: Attributes, where: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([key]) => !(key in where)));

const pointsOf = <Value>(points: readonly DataPoint<Value>[], where: Attributes): DataPoint<Value>[] =>
  points
    .filter(({ attributes }) => fits(attributes, where))
    .map((point) => ({ ...point, attributes: without(point.attributes, where) }));

const aliased = (metric: MetricData, { name, description, where = {}, times = 1 }: Alias): MetricData => {
  const descriptor = { ...metric.descriptor, name, description };
  if (metric.dataPointType !== DataPointType.HISTOGRAM)
    return {
      ...metric,
      descriptor,
      dataPoints: pointsOf<never>(metric.dataPoints as DataPoint<never>[], where),
    } as MetricData;
  const dataPoints = pointsOf(metric.dataPoints, where).map((point) => ({
    ...point,
    value: multiplied(point.value, times),
  }));
  return { ...metric, descriptor, dataPoints } satisfies HistogramMetricData;
};

const bareName = ({ descriptor }: MetricData): string => descriptor.name.replace(/_total$/u, '');

/** Metrics by their own names and by those of the documents. */
export const withAliases = (metrics: readonly MetricData[]): MetricData[] =>
  metrics.flatMap((metric) => [
    metric,
    ...ALIASES.filter(({ of }) => of === bareName(metric)).map((alias) => aliased(metric, alias)),
  ]);
