import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { effectRequested, effectSettled, headerNames, inquiryRaw, inquiryScored } from '@sluice/contracts';
import { aRawInquiry } from '@sluice/contracts/testing';
import { createPostgres, migrate, type Postgres } from '@sluice/persistence';
import type { ProjectedEvent } from '@sluice/stage';
import { onePlaybook } from '@sluice/stage/testing';
import { randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordTelemetry, type RecordedTelemetry } from '../../../../libs/stage/src/testing/recorded-telemetry.ts';
import { apiSchema } from '../migrations.ts';
import { createEventMeters } from './event-meters.ts';
import { createProjector } from './project.ts';

const url = testInfrastructure().postgresUrl;
const schema = randomName('meters');
const golden = (type: string): object =>
  JSON.parse(
    readFileSync(
      join(import.meta.dirname, '..', '..', '..', '..', 'libs', 'contracts', 'golden', type, 'first.json'),
      'utf8',
    ),
  ) as object;
const scored = inquiryScored.v1.parse(golden(inquiryScored.v1.type));
const { inquiryId, conversationId } = scored;
let postgres: Postgres;
let telemetry: RecordedTelemetry;

const event = (offset: number, type: string, data: unknown): ProjectedEvent => ({
  type,
  id: `${type}-${offset}`,
  data,
  time: null,
  record: {
    topic: type,
    partition: 0,
    offset: BigInt(offset),
    key: null,
    value: null,
    headers: { [headerNames.playbook]: Buffer.from('h'.repeat(64)) },
    timestamp: 0,
  },
});
const effect = (name: string, settledAt: string) => ({
  ...golden(effectSettled.v1.type),
  inquiryId,
  conversationId,
  effectId: `${name.repeat(8)}-1111-5111-8111-111111111111`,
  state: 'confirmed',
  settledAt,
});

beforeAll(async () => {
  telemetry = recordTelemetry();
  postgres = createPostgres({ url });
  await migrate({ url, schema, migrations: apiSchema.migrations });
});
afterAll(async () => {
  await postgres.query(`drop schema if exists "${schema}" cascade`);
  await postgres.close();
  await telemetry.stop();
});

it('an inquiry is measured once, however often its events are delivered, and up to the first effect alone; a batch asks once', async () => {
  const asked: string[] = [];
  const counted: Postgres = { ...postgres, query: (text, values) => (asked.push(text), postgres.query(text, values)) };
  const project = createProjector(
    postgres,
    schema,
    createEventMeters(counted, { schema, playbooks: onePlaybook({ name: 'customer-ops' } as never) }),
  );
  const requested = {
    ...golden(effectRequested.v1.type),
    inquiryId,
    conversationId,
    effectId: effect('1', '').effectId,
  };
  const events = [
    event(1, inquiryRaw.v1.type, { ...aRawInquiry(), inquiryId, receivedAt: '2026-11-21T09:00:00.000Z' }),
    event(2, inquiryScored.v1.type, scored),
    event(3, effectRequested.v1.type, requested),
    event(4, effectSettled.v1.type, effect('1', '2026-11-21T09:00:02.000Z')),
    event(5, effectSettled.v1.type, effect('2', '2026-11-21T09:00:05.000Z')),
  ];
  await project(events);
  await project([...events, event(6, effectSettled.v1.type, effect('3', '2026-11-21T09:00:09.000Z'))]);
  const seen = await telemetry.metrics();
  expect(seen.get('sluice_decision')?.dataPoints).toEqual([
    expect.objectContaining({
      value: 1,
      attributes: {
        playbook: 'customer-ops',
        label: scored.decision.label ?? 'none',
        path: expect.any(String) as string,
      },
    }),
  ]);
  expect(seen.get('sluice_e2e')?.dataPoints).toEqual([
    expect.objectContaining({ value: expect.objectContaining({ count: 1, sum: 2 }) as object }),
  ]);
  expect(asked).toHaveLength(2);
});
