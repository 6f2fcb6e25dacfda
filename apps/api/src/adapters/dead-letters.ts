import { deadLetterHeaderNames, headerNames } from '@sluice/contracts';
import type { Postgres, Row } from '@sluice/persistence';
import type { ProducedRecord, Transport } from '@sluice/stage';

export interface DeadLetterFilter {
  readonly ids?: readonly string[] | undefined;
  readonly stage?: string | undefined;
  readonly topic?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly inquiryId?: string | undefined;
  readonly limit: number;
}

export interface ReplayOrder extends DeadLetterFilter {
  readonly who: string;
  readonly why: string;
  readonly dryRun: boolean;
}

export interface DeadLetters {
  list(filter: DeadLetterFilter): Promise<readonly Row[]>;
  /** Puts records back on their source topics as they were. Those that were replayed before are left out. */
  replay(order: ReplayOrder): Promise<{ readonly selected: number; readonly replayed: readonly string[] }>;
}

const CONDITIONS = `($1::text[] is null or id = any($1)) and ($2::text is null or stage = $2) and ($3::text is null or source_topic = $3) and ($4::text is null or fingerprint = $4)
  and ($5::text is null or inquiry_id = $5)`;
const valuesOf = ({ ids, stage, topic, fingerprint, inquiryId }: DeadLetterFilter): readonly unknown[] => [ids ?? null, stage ?? null, topic ?? null, fingerprint ?? null, inquiryId ?? null];

const ADDED = new Set<string>(Object.values(deadLetterHeaderNames));

const toRecord = (row: Row): ProducedRecord => {
  const headers = JSON.parse(String(row['headers'])) as Readonly<Record<string, readonly string[]>>;
  const original = Object.entries(headers).filter(([name]) => !ADDED.has(name)).map(([name, values]) => [name, values.map((value) => Buffer.from(value, 'base64'))] as const);
  return {
    topic: String(row['source_topic']),
    key: row['key'] as Buffer | null,
    value: row['value'] as Buffer | null,
    headers: { ...Object.fromEntries(original), [headerNames.replayOf]: String(row['id']) },
  };
};

export const createDeadLetters = (postgres: Postgres, schema: string, transport: Pick<Transport, 'publish'>): DeadLetters => ({
  list: (filter) => postgres.query(
    `select id, source_topic as "sourceTopic", stage, exception, message, fingerprint, inquiry_id as "inquiryId", failed_at as "failedAt", replayed_at as "replayedAt", octet_length(value) as bytes
     from "${schema}".dead_letter where ${CONDITIONS} order by failed_at desc, id limit ${filter.limit}`, valuesOf(filter)),
  async replay(order) {
    const rows = await postgres.query(`select * from "${schema}".dead_letter where ${CONDITIONS} and replayed_at is null order by failed_at, id limit ${order.limit}`, valuesOf(order));
    const ids = rows.map(({ id }) => String(id));
    if (order.dryRun || ids.length === 0) return { selected: ids.length, replayed: [] };
    await transport.publish(rows.map(toRecord));
    await postgres.transaction(async ({ query }) => {
      await query(`update "${schema}".dead_letter set replayed_at = now() where id = any($1)`, [ids]);
      await query(`insert into "${schema}".audit (who, action, why, detail) values ($1, 'dlq.replay', $2, $3)`, [order.who, order.why, JSON.stringify(ids)]);
    });
    return { selected: ids.length, replayed: ids };
  },
});
