import { randomUUID } from 'node:crypto';
import type { EffectKind } from '@sluice/contracts';
import { systemClock, type Clock } from '@sluice/kernel';
import type { Postgres, Row } from '@sluice/persistence';
import type { EffectMode } from '../domain/effect-mode.ts';
import { skip, type Step } from '../domain/next-step.ts';
import { settledEventOf } from '../domain/settled-event.ts';
import type { LeasedEffect, Ledger, PlannedEffect } from '../ports/ledger.port.ts';
import { heldBySwitch } from './held-by-switch.ts';
import { inBatches } from './in-batches.ts';

export interface PostgresLedgerOptions {
  readonly postgres: Postgres;
  readonly schema: string;
  readonly clock?: Clock;
}

const MS = 1_000;
const MOST_SETTLED_AT_ONCE = 200;

/** Values of many rows as one array for each column: what `unnest` takes. */
const columnsOf = (rows: readonly (readonly unknown[])[], width: number): readonly unknown[] =>
  Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? null));

const parameters = (types: readonly string[]): string => types.map((type, at) => `$${at + 1}::${type}[]`).join(', ');
const named = (columns: Readonly<Record<string, string>>): string => Object.keys(columns).join(', ');

/** What of a request goes into its row. */
const REQUESTED = {
  effect_id: 'uuid',
  decision_id: 'uuid',
  inquiry_id: 'uuid',
  conversation_id: 'uuid',
  kind: 'text',
  target: 'text',
  destination: 'text',
  lane: 'text',
  mode: 'text',
  content: 'text',
  requested_at: 'text',
  trace_parent: 'text',
  brand: 'text',
  playbook: 'text',
  request_hash: 'text',
  purpose: 'text',
  intent: 'text',
  channel: 'text',
  correspondent: 'text',
  useful_until: 'timestamptz',
  approve_by: 'timestamptz',
  due_at: 'timestamptz',
} as const;
/** And of what nobody performs, for it is settled with its planning. */
const SETTLED = { settled_at: 'timestamptz', reason: 'text', settlement_id: 'uuid', event: 'text' } as const;
const PLANNED = { ...REQUESTED, ...SETTLED };

/** Longer than a word of people takes to get here: who approves in the last second is heard. */
const HEARD_WITHIN_MS = 3_600_000;

/** When its first turn is: what waits for people has one when they may no longer say anything. */
const dueAt = ({ approveBy, notBefore }: PlannedEffect, now: string): string => {
  if (approveBy !== null) return new Date(Date.parse(approveBy) + HEARD_WITHIN_MS).toISOString();
  return notBefore !== null && notBefore > now ? notBefore : now;
};

const plannedRow = (effect: PlannedEffect, now: string): readonly unknown[] => {
  const settled =
    effect.skipped === null
      ? null
      : settledEventOf(effect, skip(effect.skipped), { attempts: 0, settlements: 0, settledAt: now });
  return [
    effect.effectId,
    effect.decisionId,
    effect.inquiryId,
    effect.conversationId,
    effect.kind,
    effect.target,
    effect.destination,
    effect.lane,
    effect.mode,
    JSON.stringify(effect.content),
    effect.requestedAt,
    effect.traceParent,
    effect.brand,
    effect.playbook,
    effect.requestHash,
    effect.purpose,
    effect.intent,
    effect.channel,
    effect.correspondent,
    effect.usefulUntil,
    effect.approveBy,
    dueAt(effect, now),
    ...(settled === null ? [] : [now, effect.skipped, settled.settlementId, JSON.stringify(settled.event)]),
  ];
};

/** Requests, and settlements of those that nobody performs, in one statement. A settlement is stored only with its new row. */
const PLAN = (schema: string): string => `
  with given as (select * from unnest(${parameters(Object.values(PLANNED))}) as g(${named(PLANNED)})),
    fresh as (insert into "${schema}".effect (${named(REQUESTED)}, state, settled_at, settlements, reason)
      select ${named(REQUESTED)}, case when settled_at is not null then 'skipped' when approve_by is not null then 'proposed' else 'planned' end, settled_at, (settled_at is not null)::int, reason
      from given on conflict (effect_id) do nothing returning effect_id, kind, lane, settled_at),
    stored as (insert into "${schema}".settlement (settlement_id, effect_id, event, trace_parent, brand, playbook)
      select settlement_id, effect_id, event, trace_parent, brand, playbook from fresh join given using (effect_id) where event is not null)
  select kind, lane, settled_at is not null as skipped from fresh`;

/** The first word on an effect counts, and is kept for one that is not planned yet. */
const HEAR = (schema: string): string => `
  insert into "${schema}".review (effect_id, verdict, reviewed_at)
  select * from unnest($1::uuid[], $2::text[], $3::timestamptz[]) on conflict (effect_id) do nothing`;

/** What was said of effects that still wait for it is theirs, and their turn has come. What was decided is done no earlier for that. */
const OBEY = (schema: string): string => `
  update "${schema}".effect e set state = 'planned', verdict = r.verdict, due_at = now()
  from "${schema}".review r where r.effect_id = e.effect_id and e.effect_id = any($1::uuid[]) and e.state = 'proposed'
  returning e.lane`;

const TAKE = (schema: string): string => `
  with wanted as (select * from unnest($1::text[], $2::int[], $3::text[], $4::float8[]) as w(lane, count, lease, seconds)),
    due as (select one.effect_id, lease, seconds from wanted cross join lateral (
      select effect_id from "${schema}".effect e where lane = wanted.lane and settled_at is null and due_at <= now()
        and (state in ('attempted', 'unknown') or not ${heldBySwitch(schema)})
      order by due_at limit wanted.count for update skip locked) as one)
  update "${schema}".effect e set state = case when state in ('attempted', 'unknown') then 'unknown' else 'leased' end,
    lease_owner = due.lease, due_at = now() + make_interval(secs => due.seconds)
  from due where e.effect_id = due.effect_id
  returning e.*, extract(epoch from now() - e.planned_at) * 1000 as age_ms`;

const ATTEMPT = (schema: string): string => `
  update "${schema}".effect e set state = 'attempted', tries = tries + 1, attempts = attempts + 1,
    first_attempted_at = coalesce(first_attempted_at, now())
  from unnest($1::uuid[], $2::text[]) as given(effect_id, lease)
  where e.effect_id = given.effect_id and lease_owner = lease and due_at > now() and state = 'leased'
    and not ${heldBySwitch(schema)}
  returning e.effect_id, lease_owner, first_attempted_at`;

const STEP = {
  effect_id: 'uuid',
  lease: 'text',
  state: 'text',
  reason: 'text',
  after_seconds: 'float8',
  tries: 'int',
  asks: 'int',
  settled_at: 'timestamptz',
  learnt_by: 'text',
  provider_id: 'text',
  response_digest: 'text',
  settlement_id: 'uuid',
  event: 'text',
  trace_parent: 'text',
  parts: 'jsonb',
} as const;

const RECORD = (schema: string): string => `
  with step as (select * from unnest(${parameters(Object.values(STEP))}) as s(${named(STEP)})),
    changed as (update "${schema}".effect e set state = step.state, reason = step.reason, lease_owner = null,
        due_at = now() + make_interval(secs => step.after_seconds), tries = e.tries + step.tries, asks = e.asks + step.asks,
        settled_at = step.settled_at, settlements = e.settlements + (step.settled_at is not null)::int,
        learnt_by = step.learnt_by, provider_id = step.provider_id, response_digest = step.response_digest, parts = e.parts || step.parts
      from step where e.effect_id = step.effect_id and e.lease_owner = step.lease and e.settled_at is null
      returning e.effect_id, e.brand, e.playbook, step.lease, step.settlement_id, step.event, step.trace_parent),
    stored as (insert into "${schema}".settlement (settlement_id, effect_id, event, trace_parent, brand, playbook)
      select settlement_id, effect_id, event, trace_parent, brand, playbook from changed where event is not null)
  select effect_id, lease from changed`;

/** From lane to lane along the index, and into each for one effect that is due. */
const DUE_LANES = (schema: string): string => `
  with recursive lanes as (
    (select lane from "${schema}".effect where settled_at is null order by lane limit 1) union all
    select following.lane from lanes cross join lateral (
      select lane from "${schema}".effect where settled_at is null and lane > lanes.lane order by lane limit 1) as following)
  select lane from lanes where exists (
    select from "${schema}".effect where lane = lanes.lane and settled_at is null and due_at <= now())`;

/** What waits for a person, or for its hours, is behind with nothing. */
const BACKLOG = (schema: string): string => `
  select lane, min(kind) as kind, count(*) as effects,
    extract(epoch from now() - min(planned_at)) * 1000 as oldest, count(reason) as waiting, max(reason) as reason
  from "${schema}".effect where settled_at is null and (attempts > 0 or due_at <= now()) group by lane`;

/** Each gets its tries anew, and one more settlement when it ends. What has lost its content to its retention stays as it is. */
const REOPEN = (schema: string): string => `
  update "${schema}".effect set state = case state when 'unknown' then 'unknown' else 'planned' end, settled_at = null, due_at = now(), useful_until = null,
    tries = 0, asks = 0, reason = null, learnt_by = 'none', planned_at = now()
  where settled_at is not null and content is not null and state = any($1::text[]) and mode in ('sandbox', 'live')
    and ($2::text is null or kind = $2) and ($3::text is null or target = $3) and ($4::uuid[] is null or effect_id = any($4))
  returning 1`;

const text = (row: Row, name: string): string => String(row[name]);
const maybe = (row: Row, name: string): string | null =>
  row[name] === null || row[name] === undefined ? null : String(row[name]);
const instant = (row: Row, name: string): string | null => (row[name] instanceof Date ? row[name].toISOString() : null);

const approvalOf = (row: Row): LeasedEffect['approval'] => {
  if (row['approve_by'] === null) return 'not-needed';
  return (maybe(row, 'verdict') as LeasedEffect['approval'] | null) ?? 'awaited';
};

const toLeased = (row: Row, leasedUntil: number): LeasedEffect => ({
  effectId: text(row, 'effect_id'),
  decisionId: text(row, 'decision_id'),
  inquiryId: text(row, 'inquiry_id'),
  conversationId: text(row, 'conversation_id'),
  kind: text(row, 'kind') as EffectKind,
  target: text(row, 'target'),
  destination: text(row, 'destination'),
  lane: text(row, 'lane'),
  mode: text(row, 'mode') as EffectMode,
  skipped: null,
  content: JSON.parse(text(row, 'content')) as PlannedEffect['content'],
  requestedAt: text(row, 'requested_at'),
  requestHash: text(row, 'request_hash'),
  purpose: maybe(row, 'purpose') as PlannedEffect['purpose'],
  intent: maybe(row, 'intent'),
  channel: maybe(row, 'channel'),
  correspondent: maybe(row, 'correspondent'),
  notBefore: null,
  usefulUntil: instant(row, 'useful_until'),
  approveBy: instant(row, 'approve_by'),
  approval: approvalOf(row),
  parts: row['parts'] as PlannedEffect['parts'],
  traceParent: maybe(row, 'trace_parent'),
  brand: text(row, 'brand'),
  playbook: text(row, 'playbook'),
  lease: text(row, 'lease_owner'),
  leasedUntil,
  turn: text(row, 'state') === 'unknown' ? 'ask' : 'call',
  tries: Number(row['tries']),
  attempts: Number(row['attempts']),
  asks: Number(row['asks']),
  settlements: Number(row['settlements']),
  ageMs: Number(row['age_ms']),
  firstAttemptedAt: instant(row, 'first_attempted_at'),
});

interface Recording {
  readonly effect: LeasedEffect;
  readonly step: Step;
  readonly traceParent: string | null;
  readonly now: string;
}

/** In place of `provider_id`, `response_digest`, `settlement_id`, `event` and `trace_parent`. */
const NOTHING_SETTLED = [null, null, null, null, null];

/** The columns of `STEP` after the first two, but for the last. */
const changesOf = ({ effect, step, traceParent, now }: Recording): readonly unknown[] => {
  switch (step.do) {
    case 'settle': {
      const { settlementId, event } = settledEventOf(effect, step, { ...effect, settledAt: now });
      const { learntBy, providerId, responseDigest, reason } = event.receipt;
      const settled = [now, learntBy, providerId, responseDigest, settlementId, JSON.stringify(event), traceParent];
      return [step.state, reason, 0, 0, 0, ...settled];
    }
    case 'try-again':
      return ['planned', step.reason, step.afterMs / MS, step.spendsTry ? 0 : -1, 0, null, 'none', ...NOTHING_SETTLED];
    case 'ask':
      return ['unknown', step.reason, step.afterMs / MS, 0, step.spendsAsk ? 1 : 0, null, 'none', ...NOTHING_SETTLED];
  }
};

/**
 * The ledger in Postgres. Every change is one statement, and changes of the same moment share it: what is planned, taken, begun and
 * settled together costs as many statements as one effect alone.
 */
export const createPostgresLedger = ({ postgres, schema, clock = systemClock }: PostgresLedgerOptions): Ledger => {
  const statements = { plan: PLAN(schema), take: TAKE(schema), attempt: ATTEMPT(schema), record: RECORD(schema) };

  const take = inBatches<{ lane: string; count: number; leaseMs: number }, readonly LeasedEffect[]>(async (wanted) => {
    const from = Date.now();
    const leases = wanted.map(() => randomUUID());
    const rows = await postgres.query(
      statements.take,
      columnsOf(
        wanted.map(({ lane, count, leaseMs }, at) => [lane, count, leases[at], leaseMs / MS]),
        4,
      ),
    );
    const byLease = Map.groupBy(rows, (row) => text(row, 'lease_owner'));
    return wanted.map(({ leaseMs }, at) =>
      (byLease.get(leases[at] ?? '') ?? []).map((row) => toLeased(row, from + leaseMs)),
    );
  });

  const attempt = inBatches<LeasedEffect, LeasedEffect | null>(async (effects) => {
    const rows = await postgres.query(
      statements.attempt,
      columnsOf(
        effects.map(({ effectId, lease }) => [effectId, lease]),
        2,
      ),
    );
    const begun = new Map(rows.map((row) => [`${text(row, 'effect_id')} ${text(row, 'lease_owner')}`, row]));
    return effects.map((effect) => {
      const row = begun.get(`${effect.effectId} ${effect.lease}`);
      return row
        ? {
            ...effect,
            tries: effect.tries + 1,
            attempts: effect.attempts + 1,
            firstAttemptedAt: instant(row, 'first_attempted_at'),
          }
        : null;
    });
  });

  const record = inBatches<readonly unknown[], boolean>(async (steps) => {
    const rows = await postgres.query(statements.record, columnsOf(steps, Object.keys(STEP).length));
    const changed = new Set(rows.map((row) => `${text(row, 'effect_id')} ${text(row, 'lease')}`));
    return steps.map(([effectId, lease]) => changed.has(`${String(effectId)} ${String(lease)}`));
  }, MOST_SETTLED_AT_ONCE);

  const obey = async (effects: readonly { readonly effectId: string }[]): Promise<readonly string[]> =>
    effects.length === 0
      ? []
      : (await postgres.query(OBEY(schema), [effects.map(({ effectId }) => effectId)])).map((row) => text(row, 'lane'));

  return {
    async review(reviews) {
      await postgres.query(
        HEAR(schema),
        columnsOf(
          reviews.map(({ effectId, verdict, at }) => [effectId, verdict, at]),
          3,
        ),
      );
      return [...new Set(await obey(reviews))];
    },
    async plan(effects) {
      const now = clock.now();
      // In one order everywhere, so that two planners of the same requests wait for each other, not in a circle.
      const unique = [...new Map(effects.map((effect) => [effect.effectId, effect])).values()].toSorted((a, b) =>
        a.effectId < b.effectId ? -1 : 1,
      );
      if (unique.length === 0) return { lanes: [], skipped: [] };
      const rows = await postgres.query(
        statements.plan,
        columnsOf(
          unique.map((effect) => plannedRow(effect, now)),
          Object.keys(PLANNED).length,
        ),
      );
      // What people said before this was planned. Afterwards it is their word that finds it here.
      await obey(unique.filter(({ approveBy, skipped }) => approveBy !== null && skipped === null));
      return {
        lanes: [...new Set(rows.filter((row) => row['skipped'] !== true).map((row) => text(row, 'lane')))],
        skipped: rows.filter((row) => row['skipped'] === true).map((row) => text(row, 'kind')),
      };
    },
    take: (lane, { count, leaseMs }) => take({ lane, count, leaseMs }),
    attempt,
    record: async (effect, step, traceParent) =>
      // Made here, so that a step that does not fit its contract fails alone.
      record([
        effect.effectId,
        effect.lease,
        ...changesOf({ effect, step, traceParent, now: clock.now() }),
        JSON.stringify(effect.parts),
      ]),
    dueLanes: async () => (await postgres.query(DUE_LANES(schema))).map((row) => text(row, 'lane')),
    backlog: async () =>
      (await postgres.query(BACKLOG(schema))).map((row) => ({
        lane: text(row, 'lane'),
        kind: text(row, 'kind'),
        effects: Number(row['effects']),
        oldestMs: Number(row['oldest']),
        waiting: row['reason'] === null ? null : { effects: Number(row['waiting']), reason: text(row, 'reason') },
      })),
    reopen: async ({ kind, target, effectIds, states }) =>
      (await postgres.query(REOPEN(schema), [states, kind ?? null, target ?? null, effectIds ?? null])).length,
  };
};
