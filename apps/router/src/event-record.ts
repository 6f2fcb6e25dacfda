import { headerNames, type DomainEvent } from '@sluice/contracts';
import type { EventCodec, ProducedRecord } from '@sluice/stage';

export interface Said {
  readonly codec: EventCodec;
  readonly id: string;
  /** Who says it: the path of a CloudEvents source. */
  readonly source: string;
  readonly time: string;
  readonly brand: string;
}

/** An event that no stage says but a timer of ours, as it goes onto the log. */
export const recordOf = async (
  { type, key, subject, data }: DomainEvent,
  { codec, id, source, time, brand }: Said,
): Promise<ProducedRecord> => ({
  topic: type,
  key,
  value: await codec.encode(type, data),
  headers: {
    [headerNames.specVersion]: '1.0',
    [headerNames.id]: id,
    [headerNames.source]: source,
    [headerNames.type]: type,
    [headerNames.time]: time,
    [headerNames.subject]: subject,
    [headerNames.dataSchema]: await codec.schemaAddressOf(type),
    [headerNames.contentType]: 'application/json',
    [headerNames.brand]: brand,
  },
});
