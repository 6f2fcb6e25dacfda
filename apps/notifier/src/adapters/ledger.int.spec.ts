import { randomUUID } from 'node:crypto';
import type { AttemptResult, Connector, Found } from '@sluice/connectors';
import { createPostgres, migrate, type Postgres } from '@sluice/persistence';
import { randomName, testInfrastructure } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Terms } from '../domain/next-step.ts';
import { noFailPoints, type FailPoint } from '../fail-points.ts';
import { notifierSchema } from '../migrations.ts';
import { createPerformer } from '../perform-effect.ts';
import type { PlannedEffect } from '../ports/ledger.port.ts';
import { createPostgresLedger } from './postgres-ledger.adapter.ts';

const url = testInfrastructure().postgresUrl;
const schema = randomName('notifier');
const terms: Terms = { maxTries: 4, maxAsks: 3, baseMs: 10, capMs: 50, graceMs: 10 };
let postgres: Postgres;

const anEffect = (over: Partial<PlannedEffect> = {}): PlannedEffect => ({
  effectId: randomUUID(), decisionId: randomUUID(), inquiryId: randomUUID(), conversationId: randomUUID(), kind: 'slack.message', target: '#sales', mode: 'live',
  content: { subject: 'Seats' }, requestedAt: '2026-01-05T09:00:00.000Z', traceParent: null, brand: 'default', playbook: '0'.repeat(64), ...over,
});

/** A provider that remembers what it applied. */
const aProvider = (answers: readonly AttemptResult[] = []) => {
  const applied: string[] = [];
  let call = 0;
  const connector: Connector = {
    kind: 'slack.message', onUnknown: 'ask', timeoutMs: 500, close: async () => undefined,
    perform: async ({ effectId }) => {
      const answer = answers[call] ?? { kind: 'confirmed', providerId: `p-${effectId}`, responseDigest: 'd'.repeat(64) };
      call += 1;
      if (answer.kind === 'confirmed' || answer.kind === 'unknown') applied.push(effectId);
      return answer;
    },
    ask: async ({ effectId }): Promise<Found> => (applied.includes(effectId) ? { kind: 'found', providerId: `p-${effectId}`, responseDigest: 'd'.repeat(64) } : { kind: 'absent' }),
  };
  return { connector, applied };
};

const notifier = (connector: Connector, dies?: FailPoint) => {
  const reminders: string[] = [];
  const ledger = createPostgresLedger(postgres, schema);
  const perform = createPerformer({
    ledger, connectors: [connector], owner: randomUUID(), terms, remind: async ({ effectId }) => { reminders.push(effectId); },
    failPoints: dies ? { at: (point) => { if (point === dies) throw new Error(`died at ${point}`); } } : noFailPoints,
  });
  return { ledger, perform, reminders };
};

const rowOf = async (effectId: string) => (await postgres.query(`select state, tries, learnt_by, provider_id from "${schema}".effect where effect_id = $1`, [effectId]))[0];
/** The lease of a notifier that died runs out. */
const expireLease = (effectId: string) => postgres.query(`update "${schema}".effect set lease_until = now() - interval '1 second' where effect_id = $1`, [effectId]);

beforeAll(async () => {
  postgres = createPostgres({ url });
  await migrate({ url, schema, migrations: notifierSchema.migrations });
});
afterAll(async () => {
  await postgres.query(`drop schema "${schema}" cascade`);
  await postgres.close();
});

describe('the ledger', () => {
  it('plans an effect once, however often it is asked for', async () => {
    const { ledger } = notifier(aProvider().connector);
    const effect = anEffect();
    expect(await ledger.plan([effect])).toHaveLength(1);
    expect(await ledger.plan([effect, effect])).toEqual([effect]);
  });

  it('is applied once by many notifiers that race for it', async () => {
    const { connector, applied } = aProvider();
    const effect = anEffect();
    const racers = Array.from({ length: 8 }, () => notifier(connector));
    await racers[0]?.ledger.plan([effect]);
    await Promise.all(racers.map(({ perform }) => perform(effect.effectId)));
    expect(applied).toEqual([effect.effectId]);
    expect(await rowOf(effect.effectId)).toMatchObject({ state: 'confirmed', tries: 1, learnt_by: 'answer' });
  });

  it.each(['after-lease', 'before-provider-call', 'after-provider-answer', 'before-receipt-stored'] as const)('is applied once although the notifier dies at %s', async (point) => {
    const { connector, applied } = aProvider();
    const effect = anEffect();
    const dying = notifier(connector, point);
    await dying.ledger.plan([effect]);
    await expect(dying.perform(effect.effectId)).rejects.toThrow('died');
    const next = notifier(connector);
    await next.perform(effect.effectId);
    expect((await rowOf(effect.effectId))?.['state']).not.toBe('confirmed');
    for (let turn = 0; turn < 3; turn += 1) {
      await expireLease(effect.effectId);
      await next.perform(effect.effectId);
    }
    expect(applied).toEqual([effect.effectId]);
    expect(await rowOf(effect.effectId)).toMatchObject({ state: 'confirmed' });
  });

  it('asks about an answer that never came, and does not send again', async () => {
    const { connector, applied } = aProvider([{ kind: 'unknown', reason: 'timeout' }]);
    const effect = anEffect();
    const { ledger, perform, reminders } = notifier(connector);
    await ledger.plan([effect]);
    await perform(effect.effectId);
    expect([await rowOf(effect.effectId), reminders]).toMatchObject([{ state: 'unknown' }, [effect.effectId]]);
    await perform(effect.effectId);
    expect([applied.length, await rowOf(effect.effectId)]).toMatchObject([1, { state: 'confirmed', learnt_by: 'inquiry', provider_id: `p-${effect.effectId}` }]);
  });

  it.each(['off', 'propose'] as const)('calls nobody in mode %s', async (mode) => {
    const { connector, applied } = aProvider();
    const effect = anEffect({ mode });
    const { ledger, perform } = notifier(connector);
    await ledger.plan([effect]);
    await perform(effect.effectId);
    expect([applied, await rowOf(effect.effectId)]).toMatchObject([[], { state: 'skipped' }]);
  });

  it('hands over what has settled once, and again when the broker did not answer', async () => {
    const { ledger } = notifier(aProvider().connector);
    const seen: string[] = [];
    await expect(ledger.relay(100, async () => { throw new Error('no answer'); })).rejects.toThrow('no answer');
    const first = await ledger.relay(100, async (settled) => { seen.push(...settled.map(({ effectId }) => effectId)); });
    expect(first).toBe(seen.length);
    expect(await ledger.relay(100, async () => undefined)).toBe(0);
    expect(new Set(seen).size).toBe(seen.length);
  });
});
