import type { Postgres } from '@sluice/persistence';
import type { Retention } from '../ports/retention.port.ts';

/** The groups along one index, each found by a step from the last: a look at every row would cost more than what is deleted. */
const GROUPS_WITH = (schema: string, content: 'is not null' | 'is null'): string => {
  const first = (
    after: string,
  ) => `select playbook, brand from "${schema}".effect where settled_at is not null and content ${content}
    ${after} order by playbook, brand limit 1`;
  return `with recursive found as ((${first('')}) union all
    select following.* from found cross join lateral (${first('and (effect.playbook, effect.brand) > (found.playbook, found.brand)')}) as following)
  select playbook, brand from found`;
};
const GROUPS = (schema: string): string =>
  `(${GROUPS_WITH(schema, 'is not null')}) union (${GROUPS_WITH(schema, 'is null')}) order by playbook, brand`;

/** Rows of a group whose time is over, the oldest first; those that another process has are left to it. */
const OVER = (schema: string, content: 'is not null' | 'is null'): string => `
  select effect_id from "${schema}".effect where playbook = $1 and brand = $2 and settled_at is not null and content ${content}
    and settled_at < now() - make_interval(secs => $3 * 86400) order by settled_at limit $4 for update skip locked`;

const ERASE = (schema: string): string =>
  `update "${schema}".effect set content = null where effect_id in (${OVER(schema, 'is not null')}) and settled_at is not null returning 1`;
const DELETE = (schema: string): string => `
  with gone as (delete from "${schema}".effect where effect_id in (${OVER(schema, 'is null')}) and settled_at is not null returning effect_id),
    said as (delete from "${schema}".review using gone where review.effect_id = gone.effect_id)
  select 1 from gone`;

/** Retention in Postgres, by batches along the two indexes of settled effects. */
export const createPostgresRetention = (postgres: Postgres, schema: string): Retention => ({
  groups: async () =>
    (await postgres.query(GROUPS(schema))).map((row) => ({
      playbook: String(row['playbook']),
      brand: String(row['brand']),
    })),
  async apply({ playbook, brand }, { contentDays, receiptDays }, limit) {
    const erased = await postgres.query(ERASE(schema), [playbook, brand, contentDays, limit]);
    const deleted = await postgres.query(DELETE(schema), [playbook, brand, receiptDays, limit]);
    return { erased: erased.length, deleted: deleted.length };
  },
});
