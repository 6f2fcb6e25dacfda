import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOtlpReceiver, type OtlpReceiver } from './testing/index.ts';

const run = promisify(execFile);

/** A process as a service is: everything that it calls the world by is imported, in each form, after the preload. */
const SCRIPT = `
import { createServer, request } from 'node:http';
import http from 'node:http';
import { trace } from '@opentelemetry/api';
import { Redis } from 'ioredis';
import pg from 'pg';

const server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const url = 'http://127.0.0.1:' + server.address().port;
const get = (by, path) => new Promise((resolve, reject) => by(url + path, (answer) => { answer.resume(); answer.once('end', resolve); }).once('error', reject).end());
await trace.getTracer('test').startActiveSpan('work', async (span) => {
  await get(request, '/named');
  await get(http.request, '/default');
  await (await fetch(url + '/fetch')).text();
  const client = new pg.Client({ connectionString: process.env.POSTGRES_URL });
  await client.connect();
  await client.query('select 1');
  await client.end();
  const redis = new Redis(process.env.REDIS_URL);
  await redis.ping();
  redis.disconnect();
  span.end();
});
server.close();
server.closeAllConnections();
await globalThis[Symbol.for('sluice.telemetry')].flush();
process.exit();
`;

let receiver: OtlpReceiver;
let dir: string;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  // Below the checkout, where the packages are found.
  dir = mkdtempSync(join(import.meta.dirname, 'testing', 'instrumented-'));
  writeFileSync(join(dir, 'work.mjs'), SCRIPT);
  await run(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--import',
      new URL('register.ts', import.meta.url).href,
      join(dir, 'work.mjs'),
    ],
    {
      env: {
        PATH: process.env['PATH'],
        OTEL_SERVICE_NAME: 'work',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        POSTGRES_URL: testInfrastructure().postgresUrl,
        REDIS_URL: testInfrastructure().redisUrl,
      },
    },
  );
}, 60_000);
afterAll(async () => {
  await receiver.close();
  rmSync(dir, { recursive: true, force: true });
});

const CLIENT = 3;
const SERVER = 2;
const named = (kind: number) => receiver.spans.filter((span) => span.kind === kind).map(({ name }) => name);

describe('a process with the preload', () => {
  it('has spans of all that it asks the world for, however it imports what it asks with', () => {
    const told = receiver.spans.map(({ attributes }) => JSON.stringify(attributes)).join('\n');
    for (const path of ['/named', '/default', '/fetch']) expect([path, told.includes(path)]).toEqual([path, true]);
    expect(named(CLIENT)).toEqual(expect.arrayContaining([expect.stringMatching(/select/iu), 'ping']));
    expect(named(SERVER)).toHaveLength(3);
  });

  it('has one trace of them', () => {
    const { traceId } = receiver.spans.find(({ name }) => name === 'work') ?? { traceId: '' };
    expect(receiver.spans.filter((span) => span.traceId !== traceId && span.kind !== SERVER)).toEqual([]);
  });
});
