import { headerNames } from '@sluice/contracts';
import type { ConsumedRecord, HeaderValue, RecordHeaders } from '../ports/transport.port.ts';

const textOf = (value: HeaderValue | undefined): string | null =>
  value === undefined ? null : (Buffer.isBuffer(value) ? value : Buffer.concat(value.slice(0, 1))).toString('utf8');

/** A header as text; null when it is not there. */
export const headerOf = (headers: RecordHeaders, name: string): string | null => textOf(headers[name]);

/** `ce_id`, or the coordinates: as good an identity for what a foreign producer wrote. */
export const inputIdOf = ({ headers, topic, partition, offset }: ConsumedRecord): string =>
  headerOf(headers, headerNames.id) ?? `${topic}/${partition}/${offset}`;
