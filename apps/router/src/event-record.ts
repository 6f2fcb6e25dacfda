import type { DomainEvent } from '@sluice/contracts';
import { eventRecord, type EventCodec, type ProducedRecord } from '@sluice/stage';

export interface Said {
  readonly codec: EventCodec;
  readonly id: string;
  /** Who says it: the path of a CloudEvents source. */
  readonly source: string;
  readonly time: string;
  readonly brand: string;
}

/** An event that no stage says but a timer of ours, as it goes onto the log. */
export const recordOf = (event: DomainEvent, { codec, ...envelope }: Said): Promise<ProducedRecord> =>
  eventRecord(event, { ...envelope, playbook: null }, { codec });
