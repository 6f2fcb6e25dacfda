import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inquiryScored, jsonSchemaOf } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerSchemas } from './register-schemas.ts';

const TYPE = 'inquiry.scored.v1';
const SCHEMAS = [{ type: TYPE, schema: jsonSchemaOf(inquiryScored.v1) }];
const ID = 7;

describe('registering schemas', () => {
  let server: Server;
  let posts: number;
  /** What the registry does with the nth registration. */
  let register: (answer: ServerResponse, nth: number) => void;

  const say = (answer: ServerResponse, status: number, body: object): void => {
    answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const handle = ({ method, url = '' }: IncomingMessage, answer: ServerResponse): void => {
    if (method === 'POST') register(answer, (posts += 1));
    else if (url.startsWith('/config/')) say(answer, 200, { compatibilityLevel: 'BACKWARD_TRANSITIVE' });
    else say(answer, 200, { id: ID, version: 1 });
  };
  const registered = () =>
    registerSchemas({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeoutMs: 50 }, SCHEMAS);

  beforeEach(async () => {
    posts = 0;
    server = createServer(handle).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  it('asks again when the registry never answers', async () => {
    register = (answer, nth) => void (nth > 1 && say(answer, 200, { id: ID }));
    expect(await registered()).toEqual(new Map([[TYPE, ID]]));
    expect(posts).toBe(2);
  });

  it('gives up after three tries, and says which subject and why', async () => {
    register = () => undefined;
    await expect(registered()).rejects.toThrow(
      /^registering inquiry\.scored\.v1-value: tried 3 times: .*no usable answer.*50ms/,
    );
    expect(posts).toBe(3);
  });

  it('asks once where the schema is refused', async () => {
    register = (answer) => say(answer, 409, { error_code: 409, message: 'incompatible' });
    await expect(registered()).rejects.toThrow(/refused it/);
    expect(posts).toBe(1);
  });
});
