import { randomUUID } from 'node:crypto';
import {
  effectRequested,
  effectSettled,
  headerNames,
  inquiryCommand,
  inquiryRaw,
  inquiryScored,
  slaClocksMoved,
} from '@sluice/contracts';
import { createPostgres, migrate, type Postgres } from '@sluice/persistence';
import type { Playbook } from '@sluice/policy';
import { onePlaybook } from '@sluice/stage/testing';
import { randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordTelemetry, type RecordedTelemetry } from '../../../../libs/stage/src/testing/recorded-telemetry.ts';
import { apiSchema } from '../migrations.ts';
import { createTestLog, goldenOf } from '../testing/logged-events.ts';
import { createEventMeters } from './event-meters.ts';
import { createPartitions } from './partitions.ts';
import { createProjector } from './project.ts';

const url = testInfrastructure().postgresUrl;
const schema = randomName('meters');
const log = createTestLog();
let postgres: Postgres;
let telemetry: RecordedTelemetry;

const stamped = { headers: { [headerNames.playbook]: 'h'.repeat(64) } };
const decided = inquiryScored.v1.parse(goldenOf(inquiryScored.v1.type));
const playbook = {
  name: 'customer-ops',
  taxonomy: { categories: [{ name: decided.decision.category }], axes: { intent: { values: ['a declared intent'] } } },
  rubric: { labels: [{ label: 'A' }] },
  routes: [{ queue: 'sales' }],
} as Playbook;

const scored = (inquiryId: string, over: Partial<typeof decided.decision>) =>
  log.golden(
    inquiryScored.v1.type,
    {
      inquiryId,
      decision: { ...decided.decision, reading: { ...decided.decision.reading, model: 'small-model' }, ...over },
    },
    stamped,
  );
const valuesOf = async (metric: string, label: string): Promise<readonly unknown[]> =>
  ((await telemetry.metrics()).get(metric)?.dataPoints ?? []).map(({ attributes }) => attributes[label]).sort();

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

const project = () =>
  createProjector(postgres, {
    schema,
    partitions: createPartitions(postgres, schema),
    onApplied: createEventMeters({ playbooks: onePlaybook(playbook) }),
  });

it('an inquiry is measured once, however often its events are delivered, and up to the first effect alone', async () => {
  const inquiryId = randomUUID();
  const effect = (settledAt: string) =>
    log.golden(effectSettled.v1.type, { inquiryId, effectId: randomUUID(), state: 'confirmed', settledAt }, stamped);
  const apply = project();
  const events = [
    log.golden(inquiryRaw.v1.type, { inquiryId, receivedAt: '2026-11-21T09:00:00.000Z' }),
    scored(inquiryId, { label: 'A' }),
    log.golden(effectRequested.v1.type, { inquiryId }, stamped),
    effect('2026-11-21T09:00:02.000Z'),
    effect('2026-11-21T09:00:05.000Z'),
  ];
  await apply(events);
  await apply([...events, effect('2026-11-21T09:00:09.000Z')]);
  const seen = await telemetry.metrics();
  expect(seen.get('sluice_decision')?.dataPoints).toEqual([
    expect.objectContaining({
      value: 1,
      attributes: { playbook: 'customer-ops', label: 'A', path: expect.any(String) as string },
    }),
  ]);
  expect(seen.get('sluice_e2e')?.dataPoints).toEqual([
    expect.objectContaining({ value: expect.objectContaining({ count: 1, sum: 2 }) as object }),
  ]);
});

it('a word that no playbook declares is no label: a model has as many as it likes, and may quote who wrote', async () => {
  const inquiryId = randomUUID();
  const [move] = slaClocksMoved.v1.parse(goldenOf(slaClocksMoved.v1.type)).moves;
  const answered = { ...move, clock: 'first_human', change: 'stopped', result: 'met' };
  await project()([
    log.golden(inquiryRaw.v1.type, { inquiryId, receivedAt: '2026-11-21T09:00:00.000Z' }),
    scored(inquiryId, { intent: 'a declared intent', label: null }),
    // Where intents are declared, another one is told by its category.
    scored(randomUUID(), { intent: 'Jane Roe wants her money back', label: 'A label of its own' }),
    scored(randomUUID(), { intent: null, category: 'a category of its own' }),
    ...['sales', 'a queue of its own'].map((queue) =>
      log.golden(slaClocksMoved.v1.type, { inquiryId, queue, moves: [answered] }, stamped),
    ),
    log.golden(inquiryCommand.v1.type, { inquiryId, command: { do: 'close' } }, stamped),
  ]);
  expect(await valuesOf('sluice_extraction_confidence', 'intent')).toEqual(
    ['a declared intent', decided.decision.category, 'other'].sort(),
  );
  expect(await valuesOf('sluice_decision', 'label')).toEqual(['A', 'none', 'other']);
  expect(await valuesOf('sluice_first_response', 'queue')).toEqual(['other', 'sales']);
  expect(await valuesOf('sluice_cycle_time', 'queue')).toEqual(['none']);
});
