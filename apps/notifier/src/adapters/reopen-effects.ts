import type { Reopening } from '../ports/ledger.port.ts';
import type { PostgresLedgerOptions } from './postgres-ledger.adapter.ts';

/** Takes settled effects up again. Each gets its tries anew, and one more settlement when it ends. */
export const reopenEffects = async (
  { postgres, schema, queue }: PostgresLedgerOptions,
  { kind, target, effectIds, states }: Reopening,
): Promise<number> => {
  const rows = await postgres.transaction(async (within) => {
    const reopened = await within.query(
      `update "${schema}".effect set state = case state when 'unknown' then 'unknown' else 'planned' end, settled_at = null, tries = 0, asks = 0,
         reason = null, learnt_by = 'none', planned_at = now(), touched_at = now()
       where settled_at is not null and state = any($1::text[]) and mode in ('sandbox', 'live')
         and ($2::text is null or kind = $2) and ($3::text is null or target = $3) and ($4::uuid[] is null or effect_id = any($4)) returning effect_id, lane`,
      [states, kind ?? null, target ?? null, effectIds ?? null],
    );
    for (const [lane, of] of Map.groupBy(reopened, (row) => String(row['lane']))) {
      await queue.open(lane);
      const ids = of.map((row) => String(row['effect_id']));
      for (const id of ids) await queue.remove(lane, id, within);
      await queue.add(lane, ids, within);
    }
    return reopened;
  });
  return rows.length;
};
