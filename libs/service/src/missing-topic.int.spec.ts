import { Module, type DynamicModule } from '@nestjs/common';
import { runProjection } from '@sluice/stage';
import { plainCodec } from '@sluice/stage/testing';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import { createKafkaTransport } from '@sluice/transport';
import { createTopics } from '@sluice/transport/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startService, type RunningService } from './run-service.ts';
import { SERVICE_PARTS, type ServiceParts } from './service-parts.ts';

@Module({})
class OneRunner {
  static of(parts: ServiceParts): DynamicModule {
    return { module: OneRunner, providers: [{ provide: SERVICE_PARTS, useValue: parts }], exports: [SERVICE_PARTS] };
  }
}

const config = { SLUICE_HTTP_PORT: 0, SLUICE_HTTP_HOST: '127.0.0.1', SLUICE_LOG_LEVEL: 'error' } as const;
const kafka = { brokers: testInfrastructure().brokers, clientId: 'missing-topic' };

let topic: string;
let seen: string[];
let running: RunningService;

beforeEach(async () => {
  topic = randomName('later');
  seen = [];
  const transport = createKafkaTransport(kafka);
  const runner = runProjection({
    name: randomName('projection'),
    consumes: [],
    raw: [topic],
    deadLetters: false,
    transport,
    codec: plainCodec(),
    apply: async (events) => {
      seen.push(...events.map(({ record }) => String(record.value)));
    },
  });
  const parts: ServiceParts = { runnables: [runner], checks: [], close: () => transport.close() };
  running = await startService(
    { name: 'waiting', readConfig: () => config, createModule: () => OneRunner.of(parts) },
    config,
  );
});
afterEach(() => running.stop());

const readiness = async (): Promise<{ status: number; reason: string | null }> => {
  const answer = await fetch(`${running.url}/readyz`);
  const { findings } = (await answer.json()) as { findings: readonly { reason: string | null }[] };
  return { status: answer.status, reason: findings[0]?.reason ?? null };
};

it('a service whose topic is not there says so and what mends it, and goes on by itself once it is', async () => {
  expect(await readiness()).toEqual({
    status: 503,
    reason: `the topic ${topic} does not exist; \`npm run deploy\` creates what is missing`,
  });
  expect((await fetch(`${running.url}/healthz`)).status).toBe(200);
  await createTopics([topic], kafka);
  await eventually(async () => expect(await readiness()).toEqual({ status: 200, reason: null }), { within: 30_000 });
  const sender = createKafkaTransport(kafka);
  await sender.publish([{ topic, key: null, value: Buffer.from('hello'), headers: {} }]);
  await eventually(() => expect(seen).toEqual(['hello']), { within: 10_000 });
  await sender.close();
});

it('a service that still waits for its topic stops at once when it is told to', async () => {
  expect((await readiness()).status).toBe(503);
  const began = Date.now();
  await running.stop();
  expect(Date.now() - began).toBeLessThan(5_000);
});
