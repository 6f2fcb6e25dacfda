import type { HeaderValue, RecordHeaders } from '@sluice/stage';
import type kafkajs from 'kafkajs';

const toBuffer = (value: Buffer | string): Buffer => (typeof value === 'string' ? Buffer.from(value) : value);

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
