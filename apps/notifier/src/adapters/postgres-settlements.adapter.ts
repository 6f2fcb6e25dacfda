import type { Postgres } from '@sluice/persistence';
import type { Settlements } from '../ports/settlements.port.ts';

const MS = 1_000;

const CLAIM = (schema: string): string => `
  update "${schema}".relay set owner = $1, until = now() + make_interval(secs => $2)
  where owner = $1 or until is null or until < now() returning sequence, published`;

/**
 * One statement, so that no lock lasts until something is published. The relay's row says which settlements follow after `published`;
 * a position beyond it means that they are on the log: they go, and the next are chosen. Whoever has no claim changes nothing: it waits
 * for the row, and then finds it taken.
 */
const NEXT = (schema: string): string => `
  with mine as (select published, batch, published < $2::bigint or batch = '{}' as over from "${schema}".relay
      where owner = $1 or until is null or until < now() for update),
    gone as (delete from "${schema}".settlement using mine where mine.published < $2::bigint and settlement_id = any(mine.batch)),
    fresh as (select coalesce(array_agg(settlement_id order by stored_at, settlement_id), '{}') as ids from (
      select settlement_id, stored_at from "${schema}".settlement, mine where mine.over and settlement_id <> all(mine.batch)
      order by stored_at, settlement_id limit $3) as oldest),
    kept as (update "${schema}".relay r set owner = $1, until = now() + make_interval(secs => $4), published = greatest(r.published, $2::bigint),
      batch = case when mine.over then fresh.ids else mine.batch end from mine, fresh returning r.batch)
  select s.settlement_id, s.event, s.trace_parent, s.brand, s.playbook from kept
    left join lateral unnest(kept.batch) with ordinality as b(settlement_id, place) on true
    left join "${schema}".settlement s on s.settlement_id = b.settlement_id
  order by b.place`;

/** Settlements in Postgres: an outbox, which is emptied as it is published. */
export const createPostgresSettlements = (postgres: Postgres, schema: string): Settlements => ({
  async claim({ owner, ms }) {
    const [row] = await postgres.query(CLAIM(schema), [owner, ms / MS]);
    return row ? { sequence: String(row['sequence']), published: BigInt(String(row['published'])) } : null;
  },
  async next({ owner, ms }, { position, limit }) {
    const rows = await postgres.query(NEXT(schema), [owner, String(position), limit, ms / MS]);
    if (rows.length === 0) return null;
    return rows.flatMap((row) =>
      row['settlement_id'] === null
        ? []
        : [
            {
              settlementId: String(row['settlement_id']),
              event: JSON.parse(String(row['event'])) as unknown,
              traceParent: row['trace_parent'] === null ? null : String(row['trace_parent']),
              brand: String(row['brand']),
              playbook: String(row['playbook']),
            },
          ],
    );
  },
  async release(owner) {
    await postgres.query(`update "${schema}".relay set owner = null, until = null where owner = $1`, [owner]);
  },
});
