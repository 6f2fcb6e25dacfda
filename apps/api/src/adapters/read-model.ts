import type { Postgres, Row } from '@sluice/persistence';

export interface ListFilter {
  readonly category?: string | undefined;
  readonly label?: string | undefined;
  readonly queue?: string | undefined;
  readonly owner?: string | undefined;
  readonly state?: string | undefined;
  readonly since?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

const FILTERS = ['category', 'label', 'queue', 'owner', 'state'] as const;
const SHOWN = `inquiry_id as "inquiryId", received_at as "receivedAt", state, brand, source, channel, category, label, score, priority, review, queue, pool, closed,
  owner, owner_status as "ownerStatus", drop_reason as reason, cost_usd as "costUsd", (extract(epoch from last_at - received_at) * 1000)::int as "tookMs"`;

const encodeCursor = (row: Row): string =>
  Buffer.from(JSON.stringify([row['receivedAt'], row['inquiryId']])).toString('base64url');
const decodeCursor = (cursor: string): readonly unknown[] =>
  JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];

/** An inquiry needs nothing more when it went no further, was closed, or everybody who is to be told was. */
const isSettled = (row: Row, effects: readonly Row[]): boolean =>
  ['dropped', 'dead-lettered'].includes(String(row['state'])) ||
  row['closed'] === true ||
  (row['state'] === 'assigned' && effects.length > 0 && effects.every(({ state }) => state !== 'requested'));

export interface ReadModel {
  list(filter: ListFilter): Promise<{ readonly data: readonly Row[]; readonly nextCursor: string | null }>;
  inquiry(id: string): Promise<Row | null>;
  /** The inquiry of a decision, or of an inquiry itself. */
  inquiryOf(id: string): Promise<string | null>;
  events(
    inquiryId: string,
  ): Promise<
    readonly { readonly topic: string; readonly at: string; readonly eventId: string; readonly data: unknown }[]
  >;
  effects(inquiryId: string): Promise<readonly Row[]>;
  summary(): Promise<Row>;
}

const whereOf = (filter: ListFilter): { readonly text: string; readonly values: readonly unknown[] } => {
  const clauses: string[] = ['received_at is not null'];
  const values: unknown[] = [];
  const add = (clause: (at: string) => string, value: unknown): void => {
    values.push(value);
    clauses.push(clause(`$${values.length}`));
  };
  for (const name of FILTERS) if (filter[name] !== undefined) add((at) => `${name} = ${at}`, filter[name]);
  if (filter.since !== undefined) add((at) => `received_at >= ${at}`, filter.since);
  if (filter.cursor !== undefined) {
    const [receivedAt, id] = decodeCursor(filter.cursor);
    values.push(receivedAt, id);
    clauses.push(`(received_at, inquiry_id) < ($${values.length - 1}::timestamptz, $${values.length}::uuid)`);
  }
  return { text: clauses.join(' and '), values };
};

export const createReadModel = (postgres: Postgres, schema: string): ReadModel => {
  const effects: ReadModel['effects'] = (inquiryId) =>
    postgres.query(
      `select effect_id as "effectId", kind, target, state, requested_at as "requestedAt", settled_at as "settledAt", receipt::json as receipt from "${schema}".effect where inquiry_id = $1 order by kind, target`,
      [inquiryId],
    );

  return {
    effects,
    async list(filter) {
      const { text, values } = whereOf(filter);
      const rows = await postgres.query(
        `select ${SHOWN} from "${schema}".inquiry where ${text} order by received_at desc, inquiry_id desc limit ${filter.limit + 1}`,
        values,
      );
      const data = rows.slice(0, filter.limit);
      const last = data.at(-1);
      return { data, nextCursor: rows.length > filter.limit && last ? encodeCursor(last) : null };
    },
    async inquiry(id) {
      const [row] = await postgres.query(`select ${SHOWN} from "${schema}".inquiry where inquiry_id = $1`, [id]);
      if (!row) return null;
      const of = await effects(id);
      return { ...row, effects: of, settled: isSettled(row, of) };
    },
    async inquiryOf(id) {
      const [own] = await postgres.query(`select inquiry_id from "${schema}".inquiry where inquiry_id = $1`, [id]);
      const [journal] = own
        ? [own]
        : await postgres.query(
            `select inquiry_id from "${schema}".event where topic = 'decision.journal.v1' and data::json ->> 'decisionId' = $1 limit 1`,
            [id],
          );
      return journal ? String(journal['inquiry_id']) : null;
    },
    async events(inquiryId) {
      const rows = await postgres.query(
        `select topic, at, event_id, data from "${schema}".event where inquiry_id = $1 order by at, topic`,
        [inquiryId],
      );
      return rows.map(({ topic, at, event_id: eventId, data }) => ({
        topic: String(topic),
        at: (at as Date).toISOString(),
        eventId: String(eventId),
        data: JSON.parse(String(data)) as unknown,
      }));
    },
    async summary() {
      const [row] =
        await postgres.query(`with counted as (select topic, count(*) as records from "${schema}".event group by topic), of as (
          select coalesce(sum(records) filter (where topic = 'inquiry.raw.v1'), 0)::int as raw, coalesce(sum(records) filter (where topic = 'inquiry.routed.v1'), 0)::int as routed,
            coalesce(sum(records) filter (where topic = 'inquiry.dropped.v1'), 0)::int as dropped from counted)
        select raw, routed, dropped, (select count(*)::int from "${schema}".dead_letter where stage in ('normalize-inquiry', 'enrich-inquiry', 'score-inquiry', 'route-inquiry')) as "deadLettered",
          (select coalesce(json_object_agg(reason, records), '{}') from (select data::json ->> 'reason' as reason, count(*) as records from "${schema}".event where topic = 'inquiry.dropped.v1' group by 1) d) as "droppedBy"
        from of`);
      const of = (name: string): number => Number(row?.[name] ?? 0);
      return { ...row, inFlight: of('raw') - of('routed') - of('dropped') - of('deadLettered') };
    },
  };
};
