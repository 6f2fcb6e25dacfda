import { describe, expect, it } from 'vitest';
import { fromKafkaHeaders, toKafkaHeaders } from './headers.ts';

describe('headers', () => {
  it('keep their bytes and all values of a name, there and back', () => {
    const headers = { one: Buffer.from([0, 255]), two: [Buffer.from('a'), Buffer.from('b')] };
    expect(fromKafkaHeaders(toKafkaHeaders(headers))).toEqual(headers);
  });

  it('without a value, which only foreign clients write, can be written again', () => {
    const headers = fromKafkaHeaders({ none: null as unknown as Buffer, some: [null as unknown as Buffer, 'x'] });
    expect(headers).toEqual({ none: Buffer.alloc(0), some: [Buffer.alloc(0), Buffer.from('x')] });
  });
});
