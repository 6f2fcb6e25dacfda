import { randomUUID } from 'node:crypto';
import type { JobQueue, Postgres, Queryable, Row } from '@sluice/persistence';
import { isPerformed } from '../domain/effect-mode.ts';
import { skip, type Step } from '../domain/next-step.ts';
import type { LeasedEffect, Leasing, Ledger, PlannedEffect } from '../ports/ledger.port.ts';
import { toLeased, toRow } from './effect-rows.ts';
import { reopenEffects } from './reopen-effects.ts';
import { storeSettlements } from './store-settlements.ts';

export interface PostgresLedgerOptions {
  readonly postgres: Postgres;
  readonly schema: string;
  readonly queue: JobQueue;
}

const REMINDED = 1_000;
const MS = 1_000;

const COLUMNS = [
  'effect_id uuid',
  'decision_id uuid',
  'inquiry_id uuid',
  'conversation_id uuid',
  'kind text',
  'target text',
  'destination text',
  'lane text',
  'mode text',
  'content text',
  'requested_at timestamptz',
  'trace_parent text',
  'brand text',
  'playbook text',
  'request_hash text',
];
const NAMES = COLUMNS.map((column) => column.split(' ')[0]).join(', ');

const insertNew = async (
  { query }: Queryable,
  schema: string,
  effects: readonly PlannedEffect[],
): Promise<ReadonlySet<string>> => {
  const rows = await query(
    `insert into "${schema}".effect (${NAMES}) select ${NAMES} from jsonb_to_recordset($1::jsonb) as x(${COLUMNS.join(', ')}) on conflict do nothing returning effect_id`,
    // In one order everywhere, so that two planners of the same requests wait for each other, not in a circle.
    [JSON.stringify(effects.toSorted((a, b) => (a.effectId < b.effectId ? -1 : 1)).map(toRow))],
  );
  return new Set(rows.map((row) => String(row['effect_id'])));
};

/** The state that a step leaves behind, and what it notes. */
const changesOf = (
  step: Step,
): { readonly state: string; readonly sets: string; readonly values: readonly unknown[] } => {
  switch (step.do) {
    case 'settle': {
      const { state, reason, proof } = step;
      const sets =
        ', settled_at = now(), settlements = settlements + 1, reason = $4, learnt_by = $5, provider_id = $6, response_digest = $7';
      return { state, sets, values: [reason, proof.learntBy, proof.providerId, proof.responseDigest] };
    }
    case 'try-again':
      return {
        state: 'planned',
        sets: ', reason = $4, tries = tries - $5::int',
        values: [step.reason, step.spendsTry ? 0 : 1],
      };
    case 'ask':
      return {
        state: 'unknown',
        sets: ', reason = $4, asks = asks + $5::int',
        values: [step.reason, step.spendsAsk ? 1 : 0],
      };
  }
};

interface Applying {
  readonly effectIds: readonly string[];
  /** Who holds them; null for what nobody has leased. */
  readonly lease: string | null;
  readonly step: Step;
}

const applyStep = async (
  { query }: Queryable,
  schema: string,
  { effectIds, lease, step }: Applying,
): Promise<readonly Row[]> => {
  const { state, sets, values } = changesOf(step);
  return query(
    `update "${schema}".effect set state = $3, lease_owner = null, lease_until = null, touched_at = now()${sets}
     where effect_id = any($1::uuid[]) and lease_owner is not distinct from $2 and settled_at is null returning *`,
    [effectIds, lease, state, ...values],
  );
};

/** The ledger in Postgres. An effect's row and its job change in one transaction: neither is ever without the other. */
export const createPostgresLedger = ({ postgres, schema, queue }: PostgresLedgerOptions): Ledger => {
  const effect = `"${schema}".effect`;

  /** What nobody is to perform is settled where it is planned, all of one mode at once. */
  const settleUnperformed = async (within: Queryable, effects: readonly PlannedEffect[]): Promise<void> => {
    for (const [mode, of] of Map.groupBy(effects, (one) => one.mode)) {
      const rows = await applyStep(within, schema, {
        effectIds: of.map(({ effectId }) => effectId),
        lease: null,
        step: skip(mode),
      });
      await storeSettlements(
        within,
        schema,
        rows.map((row) => ({ row, traceParent: null })),
      );
    }
  };

  const held = async (effectId: string): Promise<Leasing> => {
    const [row] = await postgres.query(
      `select greatest(0, extract(epoch from lease_until - now()) * 1000) as ms from ${effect} where effect_id = $1 and settled_at is null`,
      [effectId],
    );
    return row ? { kind: 'held', forMs: Number(row['ms'] ?? 0) } : { kind: 'over' };
  };

  return {
    async plan(effects) {
      const performed = effects.filter(({ mode }) => isPerformed(mode));
      await Promise.all([...new Set(performed.map(({ lane }) => lane))].map((lane) => queue.open(lane)));
      return postgres.transaction(async (within) => {
        const fresh = await insertNew(within, schema, effects);
        const due = Map.groupBy(
          performed.filter(({ effectId }) => fresh.has(effectId)),
          ({ lane }) => lane,
        );
        for (const [lane, of] of due) await queue.add(lane, [...new Set(of.map(({ effectId }) => effectId))], within);
        await settleUnperformed(
          within,
          effects.filter(({ effectId, mode }) => !isPerformed(mode) && fresh.has(effectId)),
        );
        return [...due.keys()];
      });
    },

    async lease(effectId, ms) {
      const [row] = await postgres.query(
        `update ${effect} set state = case when state in ('attempted', 'unknown') then 'unknown' else 'leased' end,
           lease_owner = $2, lease_until = now() + make_interval(secs => $3), touched_at = now()
         where effect_id = $1 and settled_at is null and (lease_until is null or lease_until < now())
         returning *, extract(epoch from now() - planned_at) * 1000 as age_ms`,
        [effectId, randomUUID(), ms / MS],
      );
      return row ? { kind: 'leased', effect: toLeased(row) } : held(effectId);
    },

    attempt: async ({ effectId, lease }: LeasedEffect) =>
      (
        await postgres.query(
          `update ${effect} set state = 'attempted', tries = tries + 1, attempts = attempts + 1, attempted_at = now(),
         first_attempted_at = coalesce(first_attempted_at, now()), touched_at = now()
       where effect_id = $1 and lease_owner = $2 and lease_until > now() and state = 'leased' returning 1`,
          [effectId, lease],
        )
      ).length > 0,

    record: ({ effectId, lease }, step, { reminder, traceParent }) =>
      postgres.transaction(async (within) => {
        const [row] = await applyStep(within, schema, { effectIds: [effectId], lease, step });
        if (!row) return false;
        if (step.do === 'settle') {
          await storeSettlements(within, schema, [{ row, traceParent }]);
          await queue.finish(reminder, within);
        } else {
          await queue.postpone(reminder, step.afterMs, within);
        }
        return true;
      }),

    dismiss: (reminder, afterMs) =>
      postgres.transaction((within) =>
        afterMs === null ? queue.finish(reminder, within) : queue.postpone(reminder, afterMs, within),
      ),

    backlog: async () =>
      (
        await postgres.query(
          `select lane, min(kind) as kind, count(*) as effects, extract(epoch from now() - min(planned_at)) * 1000 as oldest from ${effect} where settled_at is null group by lane`,
        )
      ).map((row) => ({
        lane: String(row['lane']),
        kind: String(row['kind']),
        effects: Number(row['effects']),
        oldestMs: Number(row['oldest']),
      })),

    async remind(after) {
      const rows = await postgres.query(
        `select effect_id, lane from ${effect} where settled_at is null and planned_at < now() - interval '1 minute' and ($1::uuid is null or effect_id > $1)
         order by effect_id limit ${REMINDED}`,
        [after],
      );
      for (const [lane, of] of Map.groupBy(rows, (row) => String(row['lane']))) {
        await queue.open(lane);
        await queue.add(
          lane,
          of.map((row) => String(row['effect_id'])),
          postgres,
        );
      }
      return rows.length < REMINDED ? null : String(rows.at(-1)?.['effect_id']);
    },

    reopen: (which) => reopenEffects({ postgres, schema, queue }, which),
  };
};
