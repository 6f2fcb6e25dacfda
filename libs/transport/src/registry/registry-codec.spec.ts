import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inquiryScored, jsonSchemaOf } from '@sluice/contracts';
import { TransientError } from '@sluice/kernel';
import { UndecodableError, UnknownSchemaError, type EventCodec } from '@sluice/stage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistryCodec } from './registry-codec.ts';

const ID = 7;
const OTHER = 8;
const AT_ONCE = 400;
const TYPE = 'inquiry.scored.v1';

const framed = (id: number, data: unknown): Buffer => {
  const head = Buffer.alloc(5);
  head.writeInt32BE(id, 1);
  return Buffer.concat([head, Buffer.from(JSON.stringify(data))]);
};

describe('the registry codec', () => {
  let server: Server;
  let codec: EventCodec;
  let isWell = true;
  let schema: object;
  let asked: string[];

  beforeEach(async () => {
    isWell = true;
    asked = [];
    schema = jsonSchemaOf(inquiryScored.v1);
    server = createServer(({ url = '' }, answer) => {
      asked.push(url);
      const known = [ID, OTHER].some((id) => url === `/schemas/ids/${id}`) || url.endsWith('/versions/latest');
      answer.writeHead(isWell ? (known ? 200 : 404) : 503, { 'content-type': 'application/json' });
      answer.end(
        JSON.stringify(known ? { id: ID, schemaType: 'JSON', schema: JSON.stringify(schema) } : { error_code: 40403 }),
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    codec = createRegistryCodec({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('asks once for an id, however many records come before the answer', async () => {
    const data = await Promise.all(Array.from({ length: AT_ONCE }, () => codec.decode(framed(ID, { a: 1 }), TYPE)));
    expect(data).toHaveLength(AT_ONCE);
    expect(asked).toEqual([`/subjects/${TYPE}-value/versions/latest`]);
  });

  it('asks for the schema of an id that is not its own type’s, once', async () => {
    const other = () => codec.decode(framed(OTHER, { a: 1 }), TYPE);
    expect(await Promise.all([other(), other()])).toEqual([{ a: 1 }, { a: 1 }]);
    expect(asked.filter((url) => url === `/schemas/ids/${OTHER}`)).toHaveLength(1);
  });

  it('calls bytes that are no JSON, or begin with no id, undecodable', async () => {
    const head = framed(ID, 1).subarray(0, 5);
    for (const bytes of [Buffer.concat([head, Buffer.from('{"a":')]), Buffer.from('{"a":1}'), Buffer.alloc(0), head])
      await expect(codec.decode(bytes, TYPE)).rejects.toBeInstanceOf(UndecodableError);
  });

  it('asks again after the registry was away', async () => {
    schema = { type: 'object' };
    isWell = false;
    await expect(codec.decode(framed(ID, { a: 1 }), TYPE)).rejects.toBeInstanceOf(TransientError);
    await expect(codec.frame(TYPE, '{"a":1}')).rejects.toBeInstanceOf(TransientError);
    isWell = true;
    expect(await codec.decode(framed(ID, { a: 1 }), TYPE)).toEqual({ a: 1 });
    expect(await codec.frame(TYPE, '{"a":1}')).toEqual(framed(ID, { a: 1 }));
  });

  it('says of an id that the registry does not know that it is unknown: waiting would not help', async () => {
    await expect(codec.decode(framed(99, {}), TYPE)).rejects.toBeInstanceOf(UnknownSchemaError);
  });
});
