import { reader } from './testing/scraped-process.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metrics } from '@opentelemetry/api';
import { effectSettled, inquiryCommand, inquiryScored, slaClocksMoved } from '@sluice/contracts';
import type { EntityStore } from '@sluice/persistence';
import { plainCodec } from '@sluice/stage/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeadLetterMeters } from '../../../../apps/api/src/adapters/dead-letters.ts';
import { createEventMeters } from '../../../../apps/api/src/adapters/event-meters.ts';
import { createIntake } from '../../../../apps/ingest/src/http/accept-inquiry.ts';
import { createAnswerOnce } from '../../../../apps/ingest/src/http/answer-once.ts';
import { countSettled } from '../../../../apps/notifier/src/effect-telemetry.ts';
import { budgetLeft, counted } from '../../../llm/src/gen-ai-telemetry.ts';
import { createStageMeters } from '../../../stage/src/runner/meters.ts';
import { root } from '../commands/checkout.ts';

const rows = readFileSync(join(root, 'docs', 'metrics.md'), 'utf8')
  .split('\n')
  .map(
    (line) =>
      /^\| `(?<name>[a-z0-9_]+)` \| [^|]* \| (?:`(?<alias>[a-z0-9_]+)` )?\| (?<by>[^|]+) \|$/u.exec(line)?.groups,
  )
  .flatMap((groups) =>
    groups
      ? [
          {
            name: groups['name'] ?? '',
            alias: groups['alias'] ?? null,
            later: (groups['by'] ?? '').startsWith('later'),
          },
        ]
      : [],
  );

/** As in the scrape of a service: a histogram is told by its count. */
const isIn = (text: string, name: string): boolean => new RegExp(`^${name}(?:_count)?(?:\\{| )`, 'mu').test(text);
const valueOf = (text: string, line: RegExp): number => Number(line.exec(text)?.groups?.['value']);

const golden = (type: string, name = 'first'): unknown =>
  JSON.parse(readFileSync(join(root, 'libs', 'contracts', 'golden', type, `${name}.json`), 'utf8'));
const scored = inquiryScored.v1.parse(golden(inquiryScored.v1.type));
const received = new Date(Date.parse('2026-11-21T09:00:00.000Z'));
const inquiry = {
  inquiryId: scored.inquiryId,
  receivedAt: received,
  queue: 'sales',
  path: 'human',
  playbook: null,
  firstConfirmed: 'e',
};
/** One dead letter lies there. */
const store: Pick<EntityStore, 'schema' | 'run'> = {
  schema: 'api',
  run: (work) =>
    work({ query: async () => [{ stage: 'follow-conversation', exception: 'TypeError', records: 2 }] } as never),
};

let text: string;

const event = (type: string, data: unknown) => ({
  type,
  id: 'e',
  data,
  time: null,
  record: { topic: type, partition: 0, offset: 0n, key: null, value: null, headers: {}, timestamp: 0 },
});
const about = { inquiryId: scored.inquiryId, conversationId: scored.conversationId };

const exerciseIntake = async (): Promise<void> => {
  const intake = createIntake({
    brand: 'default',
    clock: { now: () => received.toISOString() },
    codec: plainCodec(),
    transport: { publish: async () => undefined },
    blobs: { put: async () => '', get: async () => null },
    reader: { read: async () => null },
    receipts: { claim: async () => 'new', openWindow: async () => '', acknowledge: async () => undefined },
    memoryTerms: async () => ({ windowMinutes: 10, receiptDays: 1, rawDays: 30 }),
  });
  await intake.acceptMail(Buffer.from('From: a@b.example\r\nSubject: Hi\r\n\r\nHello'), 'mail');
  const once = createAnswerOnce({
    begin: async () => ({ kind: 'other-body' }),
    finish: async () => undefined,
    release: async () => undefined,
  });
  const request = { headers: { 'idempotency-key': 'k' }, routeOptions: { url: '/' } };
  await once(request as never, 'mail', async () => ({})).catch(() => undefined);
};

const exerciseStages = (): void => {
  const meters = createStageMeters('normalize-inquiry', 'sluice.normalize-inquiry');
  meters.decided('drop', 'duplicate');
  meters.watchLag(() => ({ lag: async () => [{ topic: 't', partition: 0, lag: 3n }] }) as never);
  countSettled('slack.message', 'confirmed');
  countSettled('slack.message', 'refuted');
};

const exerciseModel = (): void => {
  const usage = { inputTokens: 10, outputTokens: 5, costUsd: 0.001, cached: false, repaired: false };
  counted(
    { stage: 'score-inquiry', tier: 'small' } as never,
    { kind: 'unavailable', because: 'time-out', usage } as never,
    1_500,
  );
  budgetLeft('default', 3);
};

const exerciseLog = async (): Promise<void> => {
  const read = {
    ...scored,
    decision: { ...scored.decision, reading: { ...scored.decision.reading, model: 'small-model' } },
  };
  const moved = { ...(golden(slaClocksMoved.v1.type, 'stopped') as object), ...about };
  const settled = { ...(golden(effectSettled.v1.type) as object), ...about, state: 'confirmed' };
  const meter = createEventMeters({
    playbooks: {
      byHash: async () => {
        throw new Error('no hash is asked for');
      },
    },
  });
  await meter({
    inquiries: [inquiry],
    events: [
      event(inquiryScored.v1.type, read),
      event(effectSettled.v1.type, settled),
      event(slaClocksMoved.v1.type, moved),
      event(inquiryCommand.v1.type, {
        ...about,
        command: { do: 'close' },
        by: 'ada',
        why: null,
        at: '2026-11-21T10:00:00.000Z',
      }),
    ],
  });
  createDeadLetterMeters(store).replayed.add(1, { stage: 'follow-conversation' });
};

beforeAll(async () => {
  exerciseStages();
  exerciseModel();
  await exerciseIntake();
  await exerciseLog();
  text = await reader.text();
});
afterAll(async () => {
  await reader.shutdown();
  metrics.disable();
});

/** Of the process itself: shown by libs/telemetry. */
const OF_THE_PROCESS = 'sluice_heartbeat_timestamp_seconds';

describe('docs/metrics.md', () => {
  it('has every name of the requirements', () => expect(rows.length).toBeGreaterThanOrEqual(30));

  it.each(rows.filter(({ later, name }) => !later && name !== OF_THE_PROCESS))(
    '$name is scraped, and $alias beside it',
    ({ name, alias }) => {
      for (const one of [name, ...(alias === null ? [] : [alias])])
        expect([one, isIn(text, one.replace(/_bucket$/u, ''))]).toEqual([one, true]);
    },
  );

  it.each(rows.filter(({ later }) => later))('$name is for later, and faked by nothing', ({ name, alias }) => {
    expect([isIn(text, name), alias !== null && isIn(text, alias)]).toEqual([false, false]);
  });
});

describe('an alias', () => {
  it('of a time in another unit is the same time', () => {
    expect(valueOf(text, /^llm_latency_ms_sum\{[^}]*\} (?<value>\S+)/mu)).toBe(1_500);
    expect(valueOf(text, /^sluice_llm_latency_seconds_sum\{[^}]*\} (?<value>\S+)/mu)).toBe(1.5);
  });

  it('of sends that succeeded counts no other', () => {
    expect([...text.matchAll(/^send_success_total\{.*$/gmu)].map(([line]) => line)).toEqual([
      expect.stringMatching(/^send_success_total\{kind="slack.message"[^}]*\} 1\b/u),
    ]);
  });

  it('of a histogram has its buckets', () =>
    expect(text).toMatch(/^extraction_confidence_bucket\{[^}]*le="\+Inf"[^}]*\} 1/mu));
});
