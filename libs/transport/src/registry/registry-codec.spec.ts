import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventTopics, inquiryScored, jsonSchemaOf } from '@sluice/contracts';
import { TransientError } from '@sluice/kernel';
import { UndecodableError, type EventCodec } from '@sluice/stage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistryCodec } from './registry-codec.ts';

/** A large schema: compiling it takes many milliseconds. */
const contract = eventTopics.find(({ name }) => name === inquiryScored.v1.type)?.contract ?? inquiryScored.v1;
const ID = 7;
const AT_ONCE = 400;

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
    schema = jsonSchemaOf(contract);
    server = createServer(({ url = '' }, answer) => {
      asked.push(url);
      const known = url === `/schemas/ids/${ID}` || url.endsWith('/versions/latest');
      answer.writeHead(isWell ? (known ? 200 : 404) : 503, { 'content-type': 'application/json' });
      answer.end(
        JSON.stringify(known ? { id: ID, schemaType: 'JSON', schema: JSON.stringify(schema) } : { error_code: 40403 }),
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    codec = createRegistryCodec({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('compiles a schema once, however many records come before that is done', async () => {
    const before = process.cpuUsage();
    const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, () => codec.decode(framed(ID, {}))));
    const { user } = process.cpuUsage(before);
    expect(
      outcomes.every((outcome) => outcome.status === 'rejected' && outcome.reason instanceof UndecodableError),
    ).toBe(true);
    // Compiled for each of them it takes seconds.
    expect(user / 1_000).toBeLessThan(1_000);
    expect(asked).toEqual([`/schemas/ids/${ID}`]);
  });

  it('asks again after the registry was away', async () => {
    schema = { type: 'object' };
    isWell = false;
    await expect(codec.decode(framed(ID, { a: 1 }))).rejects.toBeInstanceOf(TransientError);
    await expect(codec.frame('inquiry.scored.v1', '{"a":1}')).rejects.toBeInstanceOf(TransientError);
    isWell = true;
    expect(await codec.decode(framed(ID, { a: 1 }))).toEqual({ a: 1 });
    expect(await codec.frame('inquiry.scored.v1', '{"a":1}')).toEqual(framed(ID, { a: 1 }));
  });

  it('calls an id that the registry does not know undecodable: waiting would not help', async () => {
    await expect(codec.decode(framed(99, {}))).rejects.toBeInstanceOf(UndecodableError);
  });
});
