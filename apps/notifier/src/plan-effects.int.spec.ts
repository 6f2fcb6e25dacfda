import { randomUUID } from 'node:crypto';
import {
  deadLetterHeaderNames,
  deadLetterTopicOf,
  effectRequested,
  headerNames,
  type EffectRequested,
} from '@sluice/contracts';
import type { ConversationId, DecisionId, EffectId, InquiryId } from '@sluice/kernel';
import { headerOf, runProjection, type Runnable } from '@sluice/stage';
import { plainCodec } from '@sluice/stage/testing';
import { eventually } from '@sluice/testing';
import { createMemoryTransport, MemoryLog } from '@sluice/transport';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createPlanner } from './plan-effects.ts';
import type { Ledger } from './ports/ledger.port.ts';
import { aLedger, type TestLedger } from './testing/a-ledger.ts';

const TOPIC = effectRequested.v1.type;
const DEAD_LETTERS = deadLetterTopicOf(TOPIC, 'plan-effects');

let world: TestLedger;
let running: Runnable | null = null;
beforeAll(async () => {
  world = await aLedger();
});
afterEach(() => running?.drain());
afterAll(() => world.close());

const requested = (over: Partial<EffectRequested> = {}): EffectRequested => ({
  effectId: randomUUID() as EffectId,
  decisionId: randomUUID() as DecisionId,
  inquiryId: randomUUID() as InquiryId,
  conversationId: randomUUID() as ConversationId,
  kind: 'slack.message',
  target: '#sales',
  mode: 'live',
  content: { subject: 'Pricing' },
  requestedAt: '2026-01-05T09:00:00.000Z',
  ...over,
});
const recordOf = (value: unknown, headers: Readonly<Record<string, string>> = {}) => ({
  topic: TOPIC,
  key: 'k',
  value: value === null ? null : Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value)),
  headers: { [headerNames.id]: randomUUID(), ...headers },
});

/** A ledger on a database that can't hold effects for a target: the error is the database's own, of class 22. */
const refusing = ({ plan }: Pick<Ledger, 'plan'>, target: string): Pick<Ledger, 'plan'> => ({
  plan: (effects) =>
    plan(effects.map((effect) => (effect.target === target ? { ...effect, decisionId: 'no uuid' } : effect))),
});

it('plans what it can, cleaned, and dead-letters each request that is none, with its reason; no input stops it', async () => {
  const log = new MemoryLog({ partitions: 1 });
  const transport = createMemoryTransport(log);
  const good = {
    plain: requested(),
    nul: requested({ content: { 'a\u0000': 'b\u0000\ud800' } }),
    early: requested({ requestedAt: '1970-01-01T00:00:00.000Z' }),
    large: requested({ content: { summary: 'x'.repeat(900_000) } }),
    foreign: requested(),
    last: requested(),
  };
  await transport.publish([
    recordOf(good.plain),
    recordOf(Buffer.from([0, 1, 2, 255])),
    recordOf(null),
    recordOf(good.nul),
    recordOf({ ...requested(), mode: 'maybe' }),
    recordOf({ ...requested(), requestedAt: '0000-01-01T00:00:00.000Z' }),
    recordOf(good.early),
    recordOf(requested({ target: '\u0000' })),
    recordOf(requested({ target: '#refused' })),
    recordOf(good.large),
    recordOf(good.foreign, { [headerNames.brand]: 'b\u0000'.repeat(10_000), [headerNames.traceParent]: '\u0000' }),
    recordOf(good.last),
  ]);
  running = runProjection({
    name: 'plan-effects',
    consumes: [effectRequested.v1],
    transport,
    codec: plainCodec(),
    deadLetters: true,
    apply: createPlanner({
      ledger: refusing(world.ledger, '#refused'),
      ceiling: 'live',
      isConnected: () => true,
      sandboxOf: () => 'sandbox',
      wake: () => undefined,
      correspondents: { answered: async () => new Map() },
      answersADay: 5,
    }),
  });
  await running.start();
  await eventually(async () => expect(await world.row(good.last.effectId)).toMatchObject({ state: 'planned' }));
  for (const { effectId } of Object.values(good)) expect(await world.row(effectId)).toMatchObject({ state: 'planned' });
  expect(await world.row(good.nul.effectId)).toMatchObject({ content: '{"a":"b\ufffd"}' });
  expect(await world.row(good.early.effectId)).toMatchObject({ requested_at: '1970-01-01T00:00:00.000Z' });
  await eventually(() =>
    expect(
      log
        .records(DEAD_LETTERS)
        .map(({ headers }) => headerOf(headers, deadLetterHeaderNames.exception))
        .toSorted(),
    ).toEqual(
      ['UndecodableError', 'UndecodableError', 'ZodError', 'ZodError', 'ZodError', 'RefusedStatementError'].toSorted(),
    ),
  );
  expect(running.health()).toEqual({ ready: true, reason: null });
});
