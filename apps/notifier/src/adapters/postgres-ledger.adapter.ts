import type { EffectKind } from '@sluice/contracts';
import { contentHash } from '@sluice/kernel';
import type { Postgres, Queryable, Row } from '@sluice/persistence';
import type { Step } from '../domain/next-step.ts';
import type { LeasedEffect, Ledger, PlannedEffect, SettledEffect } from '../ports/ledger.port.ts';

const RELAY_LOCK = 7_517_002;

const text = (row: Row, name: string): string => String(row[name]);
const maybe = (row: Row, name: string): string | null => (row[name] === null || row[name] === undefined ? null : String(row[name]));
const instant = (row: Row, name: string): string => (row[name] as Date).toISOString();

const toPlanned = (row: Row): PlannedEffect => ({
  effectId: text(row, 'effect_id'), decisionId: text(row, 'decision_id'), inquiryId: text(row, 'inquiry_id'), conversationId: text(row, 'conversation_id'),
  kind: text(row, 'kind') as EffectKind, target: text(row, 'target'), mode: text(row, 'mode') as PlannedEffect['mode'],
  content: JSON.parse(text(row, 'content')) as PlannedEffect['content'], requestedAt: instant(row, 'requested_at'),
  traceParent: maybe(row, 'trace_parent'), brand: text(row, 'brand'), playbook: text(row, 'playbook'),
});

const toLeased = (row: Row): LeasedEffect => ({
  ...toPlanned(row), tries: Number(row['tries']), asks: Number(row['asks']),
  turn: ['attempted', 'unknown'].includes(text(row, 'was')) ? 'ask' : 'call',
  attemptedAt: row['attempted_at'] === null ? null : instant(row, 'attempted_at'),
});

const toSettled = (row: Row): SettledEffect => ({
  ...toPlanned(row), state: text(row, 'state') as SettledEffect['state'], settledAt: instant(row, 'settled_at'),
  receipt: {
    providerId: maybe(row, 'provider_id'), requestHash: text(row, 'request_hash'), responseDigest: maybe(row, 'response_digest'), attempts: Number(row['tries']),
    learntBy: text(row, 'learnt_by') as SettledEffect['receipt']['learntBy'], reason: maybe(row, 'reason'),
  },
});

const insert = async ({ query }: Queryable, schema: string, effect: PlannedEffect): Promise<void> => {
  const { effectId, decisionId, inquiryId, conversationId, kind, target, mode, content, requestedAt, traceParent, brand, playbook } = effect;
  await query(
    `insert into "${schema}".effect (effect_id, decision_id, inquiry_id, conversation_id, kind, target, mode, content, requested_at, trace_parent, brand, playbook, request_hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing`,
    [effectId, decisionId, inquiryId, conversationId, kind, target, mode, JSON.stringify(content), requestedAt, traceParent, brand, playbook, contentHash({ kind, target, content })]);
};

/** Until it is due, nobody has to be reminded of an effect. */
const waitSecondsOf = (step: Step): number => ('afterMs' in step ? Math.ceil(step.afterMs / 1_000) : 0);

/** The state that a step leaves behind, and what it notes. */
const changesOf = (step: Step): { readonly state: string; readonly sets: string; readonly values: readonly unknown[] } => {
  switch (step.do) {
    case 'settle':
      return { state: step.state, sets: ', settled_at = now(), reason = $4, learnt_by = $5, provider_id = $6, response_digest = $7', values: [step.reason, step.learntBy, step.providerId, step.responseDigest] };
    case 'try-again':
      return { state: 'planned', sets: ', reason = $4, tries = tries - $5::int', values: [step.reason, step.spendsTry ? 0 : 1] };
    case 'ask':
      return { state: 'unknown', sets: ', reason = $4, asks = asks + 1', values: [step.reason] };
  }
};

export const createPostgresLedger = (postgres: Postgres, schema: string): Ledger => ({
  plan: (effects) => postgres.transaction(async (within) => {
    for (const effect of effects) await insert(within, schema, effect);
    const rows = await within.query(`select * from "${schema}".effect where effect_id = any($1::uuid[]) and settled_at is null`, [effects.map(({ effectId }) => effectId)]);
    return rows.map(toPlanned);
  }),

  async lease(effectId, owner, ms) {
    const [row] = await postgres.query(
      `with held as (select effect_id, state as was from "${schema}".effect where effect_id = $1 and settled_at is null and (lease_until is null or lease_until < now()) for update skip locked)
       update "${schema}".effect e set state = case when held.was in ('attempted', 'unknown') then 'unknown' else 'leased' end,
         lease_owner = $2, lease_until = now() + make_interval(secs => $3), touched_at = now()
       from held where e.effect_id = held.effect_id returning e.*, held.was`, [effectId, owner, ms / 1_000]);
    return row ? toLeased(row) : null;
  },

  attempt: async (effectId, owner) => (await postgres.query(
    `update "${schema}".effect set state = 'attempted', tries = tries + 1, attempted_at = now(), touched_at = now()
     where effect_id = $1 and lease_owner = $2 and lease_until > now() and state = 'leased' returning 1`, [effectId, owner])).length > 0,

  async record(effectId, owner, step) {
    const { state, sets, values } = changesOf(step);
    const rows = await postgres.query(
      `update "${schema}".effect set state = $3, lease_owner = null, lease_until = null, touched_at = now() + make_interval(secs => ${waitSecondsOf(step)})${sets} where effect_id = $1 and lease_owner = $2 and settled_at is null returning 1`,
      [effectId, owner, state, ...values]);
    return rows.length > 0;
  },

  forgotten: async (olderThanMs) => (await postgres.query(
    `select effect_id, kind, target from "${schema}".effect where settled_at is null and touched_at < now() - make_interval(secs => $1) and (lease_until is null or lease_until < now()) limit 500`,
    [olderThanMs / 1_000])).map((row) => ({ effectId: text(row, 'effect_id'), kind: text(row, 'kind'), target: text(row, 'target') })),

  relay: (limit, publish) => postgres.transaction(async ({ query }) => {
    const [lock] = await query('select pg_try_advisory_xact_lock($1) as mine', [RELAY_LOCK]);
    if (lock?.['mine'] !== true) return 0;
    const rows = await query(`select * from "${schema}".effect where settled_at is not null and published_at is null order by settled_at, effect_id limit ${limit}`);
    if (rows.length === 0) return 0;
    await publish(rows.map(toSettled));
    await query(`update "${schema}".effect set published_at = now() where effect_id = any($1::uuid[])`, [rows.map((row) => row['effect_id'])]);
    return rows.length;
  }),
});
