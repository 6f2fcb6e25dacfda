import { headerNames, type EventContract } from '@sluice/contracts';
import { noFailPoints, systemClock, type FailPoints, type PlaybookHash } from '@sluice/kernel';
import type { EventCodec } from '../ports/event-codec.port.ts';
import type { CommitResult, ConsumedRecord, ProducedRecord, Transport } from '../ports/transport.port.ts';
import { Conveyor, defaultRunnerOptions, type ProcessedBatch, type RunnerOptions } from './conveyor.ts';
import { compose, deliveryOf, headerOf, type Delivery, type Prepared } from './delivery.ts';
import { HealthIssues, type Runnable } from './health.ts';
import { createStageMeters } from './meters.ts';
import { deadLettering, decoding, measuring, retrying } from './middleware.ts';
import { deadLetter, reasonOf } from './records.ts';
import { groupOf } from './run-stage.ts';
import { tracing } from './spans.ts';

/** An event as a projection gets it. */
export interface ProjectedEvent {
  readonly type: string;
  /** `ce_id`: the same for every delivery of the same event. */
  readonly id: string;
  readonly data: unknown;
  readonly record: ConsumedRecord;
  /** `ce_time`, RFC 3339; null on a foreign record. */
  readonly time: string | null;
}

/** The data of an event of this contract, as decoding has validated it: it need not be parsed again. Null for an event of another. */
export const dataIn = <Data>(
  { type, data }: Pick<ProjectedEvent, 'type' | 'data'>,
  { type: wanted }: EventContract<string, Data>,
): Data | null => (type === wanted ? (data as Data) : null);

export interface ProjectionSpec {
  /** Also the metric label and the consumer group. */
  readonly name: string;
  readonly consumes: readonly EventContract<string, unknown>[];
  /** Topics that are taken as bytes, undecoded (dead letters). */
  readonly raw?: readonly string[];
  readonly transport: Transport;
  readonly codec: EventCodec;
  /** True when what can't be decoded or applied is dead-lettered; false when it is passed over and counted (a read model beside the chain). */
  readonly deadLetters: boolean;
  /**
   * Applies events in order per partition. May be called again with the same events: must be idempotent by `id`. @throws
   * TransientError; any other error halves the batch until the one event is found that can't be applied.
   */
  apply(events: readonly ProjectedEvent[]): Promise<void>;
  readonly options?: Partial<RunnerOptions>;
  readonly failPoints?: FailPoints;
}

const withoutFacts = (delivery: Delivery): Prepared => ({
  kind: 'gathered',
  event: delivery.event,
  facts: null,
  playbook: null,
  playbookHash: '' as PlaybookHash,
  delivery,
});

const projectedOf = (record: ConsumedRecord, prepared: Prepared): readonly ProjectedEvent[] =>
  prepared.kind === 'gathered'
    ? [
        {
          type: record.topic,
          id: prepared.delivery.inputId,
          data: prepared.event,
          record,
          time: headerOf(record.headers, headerNames.time),
        },
      ]
    : [];

type Whole = { readonly record: ConsumedRecord; readonly prepared: Prepared };

/** Consumes events into a store of the caller's, at least once, with the runner's decoding, retries, dead letters and drain. */
export const runProjection = (spec: ProjectionSpec): Runnable => {
  const { name, transport, failPoints = noFailPoints } = spec;
  const group = groupOf(name);
  const issues = new HealthIssues();
  const meters = createStageMeters(name, group);
  const undecoded = new Set(spec.raw ?? []);
  const decode = compose(
    [
      tracing({ stage: name, group }),
      measuring(meters, systemClock),
      deadLettering,
      retrying(issues),
      decoding(spec.codec, spec.consumes),
    ],
    async (delivery) => withoutFacts(delivery),
  );

  const unusable = ({ record, prepared }: Whole, error: Error): readonly ProducedRecord[] => {
    meters.decided('defect', error.name);
    return spec.deadLetters ? [deadLetter(name, record, reasonOf(error, prepared.delivery.attempt))] : [];
  };
  const asBatch = (batch: readonly Whole[], records: readonly ProducedRecord[]): ProcessedBatch => ({
    taken: batch.length,
    records,
    onCommitted: (_result: CommitResult) => batch.forEach(({ prepared }) => prepared.delivery.trace?.span.end()),
  });

  const conveyor = new Conveyor<Prepared>({
    name,
    group,
    transport,
    options: { ...defaultRunnerOptions, ...spec.options },
    issues,
    topics: [...spec.consumes.map(({ type }) => type), ...undecoded],
    failPoints,
    prepare: async (record, signal) => {
      const delivery = deliveryOf(record, signal, Date.now());
      return undecoded.has(record.topic) ? withoutFacts(delivery) : decode(delivery);
    },
    async process(batch) {
      await spec.apply(batch.flatMap(({ record, prepared }) => projectedOf(record, prepared)));
      failPoints.at('after-postgres-commit');
      return asBatch(
        batch,
        batch.flatMap((one) => (one.prepared.kind === 'defect' ? unusable(one, one.prepared.error) : [])),
      );
    },
    giveUp: async (one, error) => asBatch([one], unusable(one, error)),
  });
  meters.watchLag(() => conveyor.subscription);
  return conveyor;
};
