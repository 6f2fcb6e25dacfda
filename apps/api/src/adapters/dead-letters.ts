import { randomUUID } from 'node:crypto';
import { metrics } from '@opentelemetry/api';
import { deadLetterHeaderNames, headerNames } from '@sluice/contracts';
import type { EntityStore, Row } from '@sluice/persistence';
import { RefusedRecordsError, type PlaybookSource, type ProducedRecord, type Transport } from '@sluice/stage';
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

/** What became of the dead letters that fit, by their ids. */
export interface Replayed {
  /** How many there were to put back. */
  readonly selected: number;
  readonly replayed: readonly string[];
  /** Those that the log does not take, and why in a word; they can be put back again. */
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
  /** Those that somebody else is putting back just now. One who has not said by `until` that it was done is taken for dead. */
  readonly underway: readonly { readonly id: string; readonly by: string | null; readonly until: string | null }[];
  /** Of those that were named by `ids` or `inquiryId`, the ones that were put back before. */
  readonly before: readonly { readonly id: string; readonly by: string | null; readonly at: string | null }[];
  /** Those that can't be put back: their bytes were older than may be kept. */
  readonly expired: readonly string[];
}

export interface DeadLetters {
  list(filter: DeadLetterFilter & { readonly after?: DeadLetterPosition | undefined }): Promise<DeadLetterPage>;
  /**
   * Puts records back on their source topics, as they were but for the playbook that is asked for: each once, whoever else asks for it
   * before, after or at the same time. Twice only where a process dies between putting back and noting it. @throws TransientError where
   * the log or the database can't be had: then they can be put back again
   */
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
  'replayBy',
  'replayUntil',
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

interface Outgoing {
  /** Of its dead letter. */
  readonly id: string;
  readonly record: ProducedRecord;
}

type LeftOut = Pick<Replayed, 'underway' | 'before' | 'expired'>;

const isoOf = (moment: Date | null): string | null => moment?.toISOString() ?? null;

/** Longer than a log takes that is only slow: who has not noted by then what was put back is taken for dead. */
const LEASE = '5 minutes';
const OPEN = 'l.replayedAt is null and l.expiredAt is null and (l.replayUntil is null or l.replayUntil < now())';
const UNDERWAY = 'l.replayedAt is null and l.replayUntil >= now() and l.replayId <> :replayId';

const oldestFirst = (query: ReturnType<typeof lettersWhich>, limit: number) =>
  query.orderBy({ 'l.failedAt': 'ASC', 'l.id': 'ASC' }).limit(limit);

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

const NOTE_PUT_BACK = (schema: string): string => `
  with noted as (
    update "${schema}".dead_letter set replayed_at = now(), replay_until = null
    where id = any($2) and replay_id = $1 and replayed_at is null returning stage, source_topic)
  select stage, source_topic as topic from noted`;

const RELEASE = (schema: string): string => `
  update "${schema}".dead_letter set replay_until = null where id = any($2) and replay_id = $1 and replayed_at is null`;

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

  const outgoing = async (
    letters: readonly DeadLetter[],
    wanted: ReplayOrder['playbook'],
  ): Promise<readonly Outgoing[]> => {
    const sources = await sourcesOf(letters);
    return Promise.all(
      letters.map(async (letter) => {
        const headers = headersOf(letter);
        const source = sources.get(letter.inquiryId ?? '');
        return { id: letter.id, record: toRecord(letter, headers, await playbookFor(headers, { wanted, source })) };
      }),
    );
  };

  const idsOf = (letters: readonly Pick<DeadLetter, 'id'>[]): readonly string[] => letters.map(({ id }) => id);

  /** Takes letters for a replay, so that nobody else puts them back. Ends before anything is published: whoever waits for it waits for no log. */
  const claim = (replayId: string, { limit, who, ...filter }: ReplayOrder): Promise<readonly DeadLetter[]> =>
    store.transaction(async (manager) => {
      const letters = await oldestFirst(lettersWhich(manager, filter).andWhere(OPEN), limit)
        .setLock('pessimistic_write')
        .getMany();
      if (letters.length > 0)
        await manager
          .getRepository(deadLetterEntity)
          .update([...idsOf(letters)], { replayId, replayBy: who, replayUntil: () => `now() + interval '${LEASE}'` });
      return letters;
    });

  /** Of what fits and another replay has, or had, or none can have, what became of it. */
  const leftOut = (replayId: string, { limit, ...filter }: ReplayOrder): Promise<LeftOut> =>
    store.run(async (manager) => {
      const some = (condition: string) =>
        oldestFirst(lettersWhich(manager, filter).andWhere(condition, { replayId }), limit)
          .select(['l.id', 'l.replayBy', 'l.replayUntil', 'l.replayedAt'])
          .getMany();
      const underway = await some(UNDERWAY);
      const isNarrow = filter.ids !== undefined || filter.inquiryId !== undefined;
      const before = isNarrow ? await some('l.replayedAt is not null') : [];
      const expired = await some('l.replayedAt is null and l.expiredAt is not null');
      return {
        underway: underway.map((one) => ({ id: one.id, by: one.replayBy, until: isoOf(one.replayUntil) })),
        before: before.map((one) => ({ id: one.id, by: one.replayBy, at: isoOf(one.replayedAt) })),
        expired: idsOf(expired),
      };
    });

  /** Gives those that the log does not take. @throws TransientError */
  const publish = async (letters: readonly Outgoing[]): Promise<Replayed['refused']> => {
    try {
      await transport.publish(letters.map(({ record }) => record));
      return [];
    } catch (error) {
      const [first, ...others] = letters;
      if (!(error instanceof RefusedRecordsError) || !first) throw error;
      if (others.length === 0) return [{ id: first.id, reason: error.reason }];
      const half = Math.ceil(letters.length / 2);
      return [...(await publish(letters.slice(0, half))), ...(await publish(letters.slice(half)))];
    }
  };

  /** What another has taken over meanwhile is noted by it. */
  const note = async (replayId: string, ids: readonly string[], { who, why, playbook }: ReplayOrder): Promise<void> => {
    if (ids.length === 0) return;
    const noted = await store.transaction(async (manager) => {
      const rows = await manager.query<readonly Row[]>(NOTE_PUT_BACK(store.schema), [replayId, ids]);
      await manager.query(COUNT_PUT_BACK(store.schema), [rows.map((row) => row['topic'])]);
      await manager
        .getRepository(auditEntity)
        .insert({ who, action: 'dlq.replay', why, detail: JSON.stringify({ ids, playbook }) });
      return rows;
    });
    for (const { stage } of noted) meters.replayed.add(1, { stage: String(stage) });
  };

  const release = (replayId: string, letters: readonly DeadLetter[]): Promise<unknown> =>
    store.run((manager) => manager.query(RELEASE(store.schema), [replayId, idsOf(letters)]));

  const putBack = async (
    replayId: string,
    letters: readonly DeadLetter[],
    order: ReplayOrder,
  ): Promise<Pick<Replayed, 'replayed' | 'refused'>> => {
    if (letters.length === 0) return { replayed: [], refused: [] };
    const refused = await publish(await outgoing(letters, order.playbook));
    const replayed = idsOf(letters).filter((id) => !refused.some((one) => one.id === id));
    await note(replayId, replayed, order);
    return { replayed, refused };
  };

  const countOpen = async ({ limit, ...filter }: ReplayOrder): Promise<number> =>
    store.run(
      async (manager) =>
        (await oldestFirst(lettersWhich(manager, filter).andWhere(OPEN), limit).select('l.id').getMany()).length,
    );

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
      const replayId = randomUUID();
      if (order.dryRun)
        return { selected: await countOpen(order), replayed: [], refused: [], ...(await leftOut(replayId, order)) };
      const letters = await claim(replayId, order);
      try {
        const others = await leftOut(replayId, order);
        return { selected: letters.length, ...(await putBack(replayId, letters, order)), ...others };
      } finally {
        // What was not put back may be tried again at once; where that can't be said either, once the lease has ended.
        if (letters.length > 0) await release(replayId, letters).catch(() => undefined);
      }
    },
  };
};
