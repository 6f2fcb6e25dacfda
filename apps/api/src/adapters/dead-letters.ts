import { metrics } from '@opentelemetry/api';
import { deadLetterHeaderNames, headerNames } from '@sluice/contracts';
import type { EntityStore, Row } from '@sluice/persistence';
import type { PlaybookSource, ProducedRecord, Transport } from '@sluice/stage';
import { auditEntity, deadLetterEntity, inquiryEntity, type DeadLetter } from '../entities.ts';

/** Where a page of dead letters ends. */
export interface DeadLetterPosition {
  readonly failedAt: string;
  readonly id: string;
}

export interface DeadLetterFilter {
  readonly ids?: readonly string[] | undefined;
  readonly stage?: string | undefined;
  readonly topic?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly inquiryId?: string | undefined;
  readonly limit: number;
}

export interface DeadLetterPage {
  /** Newest first, without what was in them. */
  readonly data: readonly object[];
  readonly next: DeadLetterPosition | null;
}

export interface ReplayOrder extends DeadLetterFilter {
  readonly who: string;
  readonly why: string;
  readonly dryRun: boolean;
  /** `original`: by the version they failed by; `active`: by the one that is in force now, a mended one say. */
  readonly playbook: 'original' | 'active';
}

export interface Replayed {
  readonly selected: number;
  readonly replayed: readonly string[];
  /** Those that fit, and can't be put back: their bytes were older than may be kept. */
  readonly expired: readonly string[];
}

export interface DeadLetters {
  list(filter: DeadLetterFilter & { readonly after?: DeadLetterPosition | undefined }): Promise<DeadLetterPage>;
  /** Puts records back on their source topics, as they were but for the playbook that is asked for. Those that were replayed before are left out. */
  replay(order: ReplayOrder): Promise<Replayed>;
}

/** The letters that fit, each condition only where it was asked for: so that an index of its own serves it. */
const lettersWhich = (
  manager: Parameters<Parameters<EntityStore['run']>[0]>[0],
  { ids, ...filter }: Omit<DeadLetterFilter, 'limit'>,
) => {
  const query = manager.createQueryBuilder(deadLetterEntity, 'l').where('true');
  if (ids !== undefined) query.andWhere('l.id in (:...ids)', { ids });
  const columns = { stage: 'stage', topic: 'sourceTopic', fingerprint: 'fingerprint', inquiryId: 'inquiryId' } as const;
  for (const [name, column] of Object.entries(columns)) {
    const value = filter[name as keyof typeof columns];
    if (value !== undefined) query.andWhere(`l.${column} = :${name}`, { [name]: value });
  }
  return query;
};

const SHOWN = [
  'id',
  'sourceTopic',
  'stage',
  'exception',
  'message',
  'fingerprint',
  'inquiryId',
  'failedAt',
  'replayedAt',
  'expiredAt',
  'bytes',
].map((name) => `l.${name}`);

const ADDED = new Set<string>(Object.values(deadLetterHeaderNames));

type Headers = Readonly<Record<string, readonly Buffer[]>>;

const headersOf = ({ headers }: DeadLetter): Headers =>
  Object.fromEntries(
    Object.entries(JSON.parse(headers) as Readonly<Record<string, readonly string[]>>).map(([name, values]) => [
      name,
      values.map((value) => Buffer.from(value, 'base64')),
    ]),
  );

const textIn = (headers: Headers, name: string): string | null => headers[name]?.[0]?.toString() ?? null;

const toRecord = ({ id, sourceTopic, key, value }: DeadLetter, headers: Headers, playbook: string | null) => {
  const { [headerNames.playbook]: _stamped, ...original } = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !ADDED.has(name)),
  );
  return {
    topic: sourceTopic,
    key,
    value,
    headers: {
      ...original,
      ...(playbook === null ? {} : { [headerNames.playbook]: playbook }),
      [headerNames.replayOf]: id,
    },
  } satisfies ProducedRecord;
};

export interface DeadLettersOptions {
  readonly transport: Pick<Transport, 'publish'>;
  readonly playbooks: Pick<PlaybookSource<unknown>, 'active'>;
}

/** What lies in the dead-letter topics and was not put back, as the read model has it; and what was put back. */
export const createDeadLetterMeters = ({ run, schema }: Pick<EntityStore, 'schema' | 'run'>) => {
  const meter = metrics.getMeter('@sluice/api');
  meter
    .createObservableGauge('sluice_dlq_depth', {
      description: 'Dead letters that were not put back, by stage and what went wrong.',
    })
    .addCallback(async (observer) => {
      const rows = await run((manager): Promise<readonly Row[]> =>
        manager.query(
          `select stage, exception, count(*)::float8 as records from "${schema}".dead_letter where replayed_at is null and expired_at is null group by 1, 2`,
        ),
      ).catch(() => []);
      for (const { stage, exception, records } of rows)
        observer.observe(Number(records), { stage: String(stage), fingerprint_class: String(exception) });
    });
  return { replayed: meter.createCounter('sluice_dlq_replayed', { description: 'Dead letters that were put back.' }) };
};

const COUNT_PUT_BACK = (schema: string): string => `
  insert into "${schema}".tally as t (name, key, shard, records) select 'put-back', key, 0, count(*) from unnest($1::text[]) as key group by key
  on conflict (name, key, shard) do update set records = t.records + excluded.records`;

export const createDeadLetters = (store: EntityStore, { transport, playbooks }: DeadLettersOptions): DeadLetters => {
  const meters = createDeadLetterMeters(store);

  /** The sources of the inquiries that the letters are of: what a playbook is in force for. */
  const sourcesOf = async (letters: readonly DeadLetter[]): Promise<ReadonlyMap<string, string>> => {
    const ids = letters.flatMap(({ inquiryId }) => inquiryId ?? []);
    if (ids.length === 0) return new Map();
    const rows = await store.run((manager) =>
      manager
        .createQueryBuilder(inquiryEntity, 'i')
        .select(['i.inquiryId', 'i.source'])
        .where('i.inquiryId in (:...ids)', { ids: [...new Set(ids)] })
        .getMany(),
    );
    return new Map(rows.flatMap(({ inquiryId, source }) => (source === null ? [] : [[inquiryId, source]])));
  };

  /** Null leaves it to the stage, which takes the active one. */
  const playbookFor = async (
    headers: Headers,
    { wanted, source }: { readonly wanted: ReplayOrder['playbook']; readonly source: string | undefined },
  ): Promise<string | null> => {
    if (wanted === 'original')
      return textIn(headers, headerNames.playbook) ?? textIn(headers, deadLetterHeaderNames.playbook);
    return source === undefined
      ? null
      : (await playbooks.active({ brand: textIn(headers, headerNames.brand) ?? '', source })).hash;
  };

  const recordsOf = async (
    letters: readonly DeadLetter[],
    wanted: ReplayOrder['playbook'],
  ): Promise<readonly ProducedRecord[]> => {
    const sources = await sourcesOf(letters);
    return Promise.all(
      letters.map(async (letter) => {
        const headers = headersOf(letter);
        const source = sources.get(letter.inquiryId ?? '');
        return toRecord(letter, headers, await playbookFor(headers, { wanted, source }));
      }),
    );
  };

  const noted = (letters: readonly DeadLetter[], { who, why, playbook }: ReplayOrder): Promise<void> =>
    store.transaction(async (manager) => {
      const ids = letters.map(({ id }) => id);
      await manager.getRepository(deadLetterEntity).update(ids, { replayedAt: new Date() });
      await manager.query(COUNT_PUT_BACK(store.schema), [letters.map(({ sourceTopic }) => sourceTopic)]);
      await manager
        .getRepository(auditEntity)
        .insert({ who, action: 'dlq.replay', why, detail: JSON.stringify({ ids, playbook }) });
    });

  return {
    async list({ limit, after, ...filter }) {
      const rows = await store.run((manager) => {
        const query = lettersWhich(manager, filter).select(SHOWN);
        if (after) query.andWhere('(l.failedAt, l.id) < (:failedAt, :id)', after);
        return query
          .orderBy({ 'l.failedAt': 'DESC', 'l.id': 'DESC' })
          .limit(limit + 1)
          .getMany();
      });
      const data = rows.slice(0, limit);
      const last = data.at(-1);
      return {
        data,
        next: rows.length > limit && last ? { failedAt: last.failedAt.toISOString(), id: last.id } : null,
      };
    },
    async replay(order) {
      const { limit, ...filter } = order;
      const [letters, expired] = await store.run((manager) => {
        const notPutBack = (and: string) =>
          lettersWhich(manager, filter)
            .andWhere(`l.replayedAt is null and ${and}`)
            .orderBy({ 'l.failedAt': 'ASC', 'l.id': 'ASC' })
            .limit(limit);
        return Promise.all([
          notPutBack('l.expiredAt is null').getMany(),
          notPutBack('l.expiredAt is not null').select('l.id').getMany(),
        ]);
      });
      if (order.dryRun || letters.length === 0)
        return { selected: letters.length, replayed: [], expired: expired.map(({ id }) => id) };
      await transport.publish(await recordsOf(letters, order.playbook));
      await noted(letters, order);
      for (const { stage } of letters) meters.replayed.add(1, { stage });
      return { selected: letters.length, replayed: letters.map(({ id }) => id), expired: expired.map(({ id }) => id) };
    },
  };
};
