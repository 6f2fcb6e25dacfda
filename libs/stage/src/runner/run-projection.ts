import { headerNames, type EventContract } from '@sluice/contracts';
import { noFailPoints, systemClock, type FailPoints } from '@sluice/kernel';
import type { EventCodec } from '../ports/event-codec.port.ts';
import type { ConsumedRecord, Transport } from '../ports/transport.port.ts';
import { Conveyor } from './conveyor.ts';
import { deadLetter, reasonOf } from './dead-letter.ts';
import { compose, type Prepared } from './delivery.ts';
import { headerOf, inputIdOf } from './headers.ts';
import { Ailments, type Runnable } from './health.ts';
import { createStageMeters } from './meters.ts';
import { deadLettering, decoding, measuring, retrying, tracing } from './middleware.ts';
import { defaultRunnerOptions, type RunnerOptions } from './options.ts';
import { groupOf } from './run-stage.ts';

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

/** The data of an event of this contract, as decoding has parsed it: it need not be parsed again. Null for an event of another. */
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
  /** True when what can't be decoded is dead-lettered; false when it is passed over (a read model beside the chain). */
  readonly deadLetters: boolean;
  /** Applies events in order per partition. May be called again with the same events: must be idempotent by `id`. @throws TransientError */
  apply(events: readonly ProjectedEvent[]): Promise<void>;
  readonly options?: Partial<RunnerOptions>;
  readonly failPoints?: FailPoints;
}

/** Consumes events into a store of the caller's, at least once, with the runner's decoding, retries, dead letters and drain. */
export const runProjection = (spec: ProjectionSpec): Runnable => {
  const options: RunnerOptions = { ...defaultRunnerOptions, ...spec.options };
  const group = groupOf(spec.name);
  const ailments = new Ailments();
  const meters = createStageMeters(spec.name, group);
  const raw = new Set(spec.raw ?? []);
  const { failPoints = noFailPoints } = spec;
  const decode = compose(
    [
      tracing({ stage: spec.name, group }),
      measuring(meters, systemClock),
      deadLettering,
      retrying(ailments),
      decoding(spec.codec, spec.consumes),
    ],
    async (delivery) => ({
      kind: 'gathered',
      event: delivery.event,
      facts: null,
      playbook: null,
      playbookHash: '' as never,
      delivery,
    }),
  );

  const conveyor = new Conveyor<Prepared>({
    name: spec.name,
    group,
    transport: spec.transport,
    options,
    ailments,
    topics: [...spec.consumes.map(({ type }) => type), ...raw],
    failPoints,
    prepare: (record, signal) => {
      const delivery = {
        record,
        signal,
        fetchedAt: Date.now(),
        inputId: inputIdOf(record),
        attempt: 1,
        trace: null,
        event: null,
      };
      return raw.has(record.topic)
        ? Promise.resolve({
            kind: 'gathered' as const,
            event: null,
            facts: null,
            playbook: null,
            playbookHash: '' as never,
            delivery,
          })
        : decode(delivery);
    },
    async settle(batch) {
      await spec.apply(
        batch.flatMap(({ record, prepared }) =>
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
            : [],
        ),
      );
      failPoints.at('after-postgres-commit');
      const dead = batch.flatMap(({ record, prepared }) =>
        prepared.kind === 'defect' && spec.deadLetters
          ? [deadLetter(spec.name, record, reasonOf(prepared.error, prepared.attempt))]
          : [],
      );
      return { records: dead, onCommitted: () => batch.forEach(({ prepared }) => prepared.delivery.trace?.span.end()) };
    },
  });
  meters.watchLag(() => conveyor.subscription);
  return conveyor;
};
