import type { Postgres } from '@sluice/persistence';
import type { AnswerRates } from '../ports/answer-rates.port.ts';

const RATE = (schema: string): string => `
  select count(*) as settled, count(*) filter (where state in ('refuted', 'unknown')) as failed,
    coalesce(array_agg(distinct brand), '{}') as brands
  from "${schema}".effect where playbook = $1 and purpose is not null and state <> 'skipped'
    and settled_at > greatest(now() - make_interval(mins => $2), coalesce($3::timestamptz, '-infinity'))
    and ($4::text[] = '{}' or intent = any($4)) and ($5::text[] = '{}' or channel = any($5))`;

/** Counts in the ledger. */
export const createPostgresAnswerRates = (postgres: Pick<Postgres, 'query'>, schema: string): AnswerRates => ({
  async of({ playbook, intents, channels, minutes, since }) {
    const [row] = await postgres.query(RATE(schema), [playbook, minutes, since, intents, channels]);
    return {
      settled: Number(row?.['settled'] ?? 0),
      failed: Number(row?.['failed'] ?? 0),
      brands: (row?.['brands'] ?? []) as string[],
    };
  },
});
