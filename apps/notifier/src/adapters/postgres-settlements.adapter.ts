import type { Postgres, Queryable } from '@sluice/persistence';
import type { Settlements } from '../ports/settlements.port.ts';

/** Numbering is done by one process at a time, whoever has the relay. */
const NUMBERING_LOCK = 7_517_002;
const MS = 1_000;

/**
 * Numbers follow on without a gap: what commits later gets a later number, whatever its time says. Never below the broker's
 * position: a database that was restored from a backup would else number anew what the broker counts as published.
 */
const numberNew = async (
  { query }: Queryable,
  schema: string,
  { position, limit }: { readonly position: bigint; readonly limit: number },
): Promise<void> => {
  await query('select pg_advisory_xact_lock($1)', [NUMBERING_LOCK]);
  await query(
    `with fresh as (select settlement_id, row_number() over (order by stored_at, settlement_id) - 1 as nth from
         (select settlement_id, stored_at from "${schema}".settlement where position is null order by stored_at, settlement_id limit ${limit}) as unnumbered),
       start as (select greatest($1::bigint, (select max(position) + 1 from "${schema}".settlement)) as at)
     update "${schema}".settlement s set position = start.at + fresh.nth from fresh, start where s.settlement_id = fresh.settlement_id`,
    [String(position)],
  );
};

/** Settlements in Postgres: an outbox whose positions are what the relay counts by. */
export const createPostgresSettlements = (postgres: Postgres, schema: string): Settlements => ({
  async claim(owner, ms) {
    const [row] = await postgres.query(
      `update "${schema}".relay set owner = $1, until = now() + make_interval(secs => $2) where owner = $1 or until is null or until < now() returning sequence, published`,
      [owner, ms / MS],
    );
    return row ? { sequence: String(row['sequence']), published: BigInt(String(row['published'])) } : null;
  },
  from: (position, limit) =>
    postgres.transaction(async (within) => {
      await numberNew(within, schema, { position, limit });
      const rows = await within.query(
        `select * from "${schema}".settlement where position >= $1 order by position limit ${limit}`,
        [String(position)],
      );
      return rows.map((row) => ({
        settlementId: String(row['settlement_id']),
        position: BigInt(String(row['position'])),
        event: JSON.parse(String(row['event'])) as unknown,
        traceParent: row['trace_parent'] === null ? null : String(row['trace_parent']),
        brand: String(row['brand']),
        playbook: String(row['playbook']),
      }));
    }),
  async published(next) {
    await postgres.query(`update "${schema}".relay set published = greatest(published, $1)`, [String(next)]);
  },
  async release(owner) {
    await postgres.query(`update "${schema}".relay set owner = null, until = null where owner = $1`, [owner]);
  },
});
