import { headerNames, type DomainEvent } from '@sluice/contracts';
import type { EventCodec } from './ports/event-codec.port.ts';
import type { ProducedRecord } from './ports/transport.port.ts';

/** What an event's headers say besides what the event itself says. */
export interface EventEnvelope {
  /** `ce_id`: the same for every writing of the same event, so that readers can tell a repeat. */
  readonly id: string;
  /** `ce_source`: a path that names who wrote it, `/sluice/stages/score-inquiry`. */
  readonly source: string;
  /** `ce_time`, RFC 3339. */
  readonly time: string;
  /** Null where whoever writes it does not know. */
  readonly brand: string | null;
  /** Hash of the playbook in force; null before the inquiry has one. */
  readonly playbook: string | null;
  /** Further headers, trace context above all. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An event as a record: CloudEvents 1.0 binary mode, the value in the registry's wire format. Every event of ours is written here.
 * `json` is the event's data as text, where somebody has made it already. @throws TransientError while the registry is away and the schema not known yet.
 */
export const eventRecord = async (
  { type, key, subject, data }: DomainEvent,
  { id, source, time, brand, playbook, headers = {} }: EventEnvelope,
  { codec, json = JSON.stringify(data) }: { readonly codec: EventCodec; readonly json?: string },
): Promise<ProducedRecord> => ({
  topic: type,
  key,
  value: await codec.frame(type, json),
  headers: {
    [headerNames.specVersion]: '1.0',
    [headerNames.id]: id,
    [headerNames.source]: source,
    [headerNames.type]: type,
    [headerNames.time]: time,
    [headerNames.subject]: subject,
    [headerNames.dataSchema]: await codec.schemaAddressOf(type),
    [headerNames.contentType]: 'application/json',
    ...(brand === null ? {} : { [headerNames.brand]: brand }),
    ...(playbook === null ? {} : { [headerNames.playbook]: playbook }),
    ...headers,
  },
});
