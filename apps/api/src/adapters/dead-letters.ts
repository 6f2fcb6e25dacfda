import { metrics } from '@opentelemetry/api';
import { deadLetterHeaderNames, headerNames } from '@sluice/contracts';
import type { Postgres, Row } from '@sluice/persistence';
import type { PlaybookSource, ProducedRecord, Transport } from '@sluice/stage';

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
  /** `original`: by the version they failed by; `active`: by the one that is in force now, a mended one say. */
  readonly playbook: 'original' | 'active';
}

export interface DeadLetters {
  list(filter: DeadLetterFilter): Promise<readonly Row[]>;
  /** Puts records back on their source topics, as they were but for the playbook that is asked for. Those that were replayed before are left out. */
  replay(order: ReplayOrder): Promise<{ readonly selected: number; readonly replayed: readonly string[] }>;
}

const CONDITIONS = `($1::text[] is null or id = any($1)) and ($2::text is null or stage = $2) and ($3::text is null or source_topic = $3) and ($4::text is null or fingerprint = $4)
  and ($5::text is null or inquiry_id = $5)`;
const valuesOf = ({ ids, stage, topic, fingerprint, inquiryId }: DeadLetterFilter): readonly unknown[] => [
  ids ?? null,
  stage ?? null,
  topic ?? null,
  fingerprint ?? null,
  inquiryId ?? null,
];

const ADDED = new Set<string>(Object.values(deadLetterHeaderNames));

type Headers = Readonly<Record<string, readonly Buffer[]>>;

const headersOf = (row: Row): Headers =>
  Object.fromEntries(
    Object.entries(JSON.parse(String(row['headers'])) as Readonly<Record<string, readonly string[]>>).map(
      ([name, values]) => [name, values.map((value) => Buffer.from(value, 'base64'))],
    ),
  );

const textIn = (headers: Headers, name: string): string | null => headers[name]?.[0]?.toString() ?? null;

const toRecord = (row: Row, headers: Headers, playbook: string | null): ProducedRecord => {
  const { [headerNames.playbook]: _stamped, ...original } = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !ADDED.has(name)),
  );
  return {
    topic: String(row['source_topic']),
    key: row['key'] as Buffer | null,
    value: row['value'] as Buffer | null,
    headers: {
      ...original,
      ...(playbook === null ? {} : { [headerNames.playbook]: playbook }),
      [headerNames.replayOf]: String(row['id']),
    },
  };
};

export interface DeadLettersOptions {
  readonly transport: Pick<Transport, 'publish'>;
  readonly playbooks: Pick<PlaybookSource<unknown>, 'active'>;
}

/** What lies in the dead-letter topics and was not put back, as the read model has it; and what was put back. */
const createMeters = (postgres: Postgres, schema: string) => {
  const meter = metrics.getMeter('@sluice/api');
  meter
    .createObservableGauge('sluice_dlq_depth', {
      description: 'Dead letters that were not put back, by stage and what went wrong.',
    })
    .addCallback(async (observer) => {
      const rows = await postgres
        .query(
          `select stage, exception, count(*)::int as records from "${schema}".dead_letter where replayed_at is null group by 1, 2`,
        )
        .catch(() => []);
      for (const { stage, exception, records } of rows)
        observer.observe(Number(records), { stage: String(stage), fingerprint_class: String(exception) });
    });
  return { replayed: meter.createCounter('sluice_dlq_replayed', { description: 'Dead letters that were put back.' }) };
};

export const createDeadLetters = (
  postgres: Postgres,
  schema: string,
  { transport, playbooks }: DeadLettersOptions,
): DeadLetters => {
  const meters = createMeters(postgres, schema);
  /** Null leaves it to the stage, which takes the active one. */
  const playbookFor = async (row: Row, headers: Headers, wanted: ReplayOrder['playbook']): Promise<string | null> => {
    if (wanted === 'original')
      return textIn(headers, headerNames.playbook) ?? textIn(headers, deadLetterHeaderNames.playbook);
    return row['source'] === null
      ? null
      : (await playbooks.active({ brand: textIn(headers, headerNames.brand) ?? '', source: String(row['source']) }))
          .hash;
  };
  const recordOf = async (row: Row, wanted: ReplayOrder['playbook']): Promise<ProducedRecord> => {
    const headers = headersOf(row);
    return toRecord(row, headers, await playbookFor(row, headers, wanted));
  };

  return {
    list: (filter) =>
      postgres.query(
        `select id, source_topic as "sourceTopic", stage, exception, message, fingerprint, inquiry_id as "inquiryId", failed_at as "failedAt", replayed_at as "replayedAt", octet_length(value) as bytes
       from "${schema}".dead_letter where ${CONDITIONS} order by failed_at desc, id limit ${filter.limit}`,
        valuesOf(filter),
      ),
    async replay(order) {
      const rows = await postgres.query(
        `select *, (select source from "${schema}".inquiry where inquiry.inquiry_id::text = dead_letter.inquiry_id) as source
          from "${schema}".dead_letter where ${CONDITIONS} and replayed_at is null order by failed_at, id limit ${order.limit}`,
        valuesOf(order),
      );
      const ids = rows.map(({ id }) => String(id));
      if (order.dryRun || ids.length === 0) return { selected: ids.length, replayed: [] };
      await transport.publish(await Promise.all(rows.map((row) => recordOf(row, order.playbook))));
      await postgres.transaction(async ({ query }) => {
        await query(`update "${schema}".dead_letter set replayed_at = now() where id = any($1)`, [ids]);
        await query(`insert into "${schema}".audit (who, action, why, detail) values ($1, 'dlq.replay', $2, $3)`, [
          order.who,
          order.why,
          JSON.stringify({ ids, playbook: order.playbook }),
        ]);
      });
      for (const { stage } of rows) meters.replayed.add(1, { stage: String(stage) });
      return { selected: ids.length, replayed: ids };
    },
  };
};
