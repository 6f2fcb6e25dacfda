import type { HeaderValue, RecordHeaders } from '@sluice/stage';
import type kafkajs from 'kafkajs';

/** A header may have no value at all, which the client gives as null, and refuses to write again: it becomes an empty one. */
const toBuffer = (value: Buffer | string | null): Buffer => (Buffer.isBuffer(value) ? value : Buffer.from(value ?? ''));

/** kafkajs's headers as bytes; a name that was set several times keeps all its values. */
export const fromKafkaHeaders = (headers: kafkajs.IHeaders | undefined): RecordHeaders => {
  const result: Record<string, HeaderValue> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.map(toBuffer) : toBuffer(value);
  }
  return result;
};

export const toKafkaHeaders = (headers: Readonly<Record<string, HeaderValue | string>>): kafkajs.IHeaders => {
  const result: kafkajs.IHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    result[name] = typeof value === 'string' || Buffer.isBuffer(value) ? value : [...value];
  }
  return result;
};
