import type { Postgres } from '@sluice/persistence';
import type { Look, Looks } from '../ports/looks.port.ts';

const columnOf = <Of extends Look>(looks: readonly Of[], name: keyof Of) => looks.map((look) => look[name]);

/** Looks in Postgres: one row for each pool that ever wanted one. Who takes a row holds it until it was heard. */
export const createPostgresLooks = (postgres: Postgres, { schema }: { readonly schema: string }): Looks => ({
  async set(looks) {
    for (const { brand, pool, at, saidAt } of looks) {
      await postgres.query(
        `insert into "${schema}".pool_look as t (brand, pool, look_at, said_at) values ($1, $2, $3, $4)
         on conflict (brand, pool) do update set look_at = excluded.look_at, said_at = excluded.said_at where t.said_at <= excluded.said_at`,
        [brand, pool, at, saidAt],
      );
    }
  },
  take: ({ now, count }, heard) =>
    postgres.transaction(async ({ query }) => {
      const rows = await query(
        `select brand, pool, look_at from "${schema}".pool_look where look_at <= $1 order by look_at limit $2 for update skip locked`,
        [now, count],
      );
      const looks = rows.map((row): Look => ({
        brand: String(row['brand']),
        pool: String(row['pool']),
        at: (row['look_at'] as Date).toISOString(),
      }));
      if (looks.length === 0) return 0;
      await heard(looks);
      await query(
        `update "${schema}".pool_look t set look_at = null from unnest($1::text[], $2::text[]) as heard(brand, pool) where t.brand = heard.brand and t.pool = heard.pool`,
        [columnOf(looks, 'brand'), columnOf(looks, 'pool')],
      );
      return looks.length;
    }),
});
