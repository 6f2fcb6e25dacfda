import type { Postgres } from '@sluice/persistence';
import type { Correspondents } from '../ports/correspondents.port.ts';

const ANSWERED = (schema: string): string => `
  select correspondent, count(*) as answers from "${schema}".effect
  where correspondent = any($1::text[]) and planned_at > now() - make_interval(hours => $2) and state <> 'skipped'
  group by correspondent`;

/** Counts in the ledger. */
export const createPostgresCorrespondents = (postgres: Pick<Postgres, 'query'>, schema: string): Correspondents => ({
  async answered(ids, hours) {
    const rows = await postgres.query(ANSWERED(schema), [ids, hours]);
    return new Map(rows.map((row) => [String(row['correspondent']), Number(row['answers'])]));
  },
});
