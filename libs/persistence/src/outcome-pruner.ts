import type { Postgres } from './postgres.ts';

export interface PruneOptions {
  readonly schema: string;
  /** Age at which an outcome is deleted: longer than any stage may stand still between storing it and committing its offset. */
  readonly days: number;
  /** Rows of one statement at most; default 1,000. */
  readonly limit?: number;
}

const PRUNE = (schema: string) => `delete from "${schema}".stage_outcome where ctid in
  (select ctid from "${schema}".stage_outcome where stored_at < now() - make_interval(days => $1) limit $2 for update skip locked) returning 1`;

/** Deletes outcomes that nobody can ask for any more, some at a time, from any number of processes; `again` while there may be more. */
export const createOutcomePruner =
  (postgres: Postgres, { schema, days, limit = 1_000 }: PruneOptions) =>
  async (): Promise<'again' | 'rest'> =>
    (await postgres.query(PRUNE(schema), [days, limit])).length < limit ? 'rest' : 'again';
