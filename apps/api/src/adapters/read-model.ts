import { inquiryDropped, inquiryRaw, inquiryRouted, deadLetterTopics } from '@sluice/contracts';
import type { EntityStore, Row } from '@sluice/persistence';
import { accountedTopics } from '../domain/read-model-changes.ts';
import {
  contentEntity,
  effectEntity,
  eventEntity,
  inquiryEntity,
  type Inquiry,
  type LoggedEvent,
} from '../entities.ts';

/** Where a page of inquiries ends. */
export interface InquiryPosition {
  readonly receivedAt: string;
  readonly inquiryId: string;
}

const FILTERS = ['category', 'label', 'queue', 'owner', 'state'] as const;

export interface ListFilter extends Partial<Readonly<Record<(typeof FILTERS)[number], string | undefined>>> {
  /** RFC 3339, UTC: received then or after. */
  readonly since?: string | undefined;
  readonly limit: number;
  readonly after?: InquiryPosition | undefined;
}

export interface ListPage {
  /** Newest first. */
  readonly data: readonly InquiryView[];
  /** Where the next page goes on; null after the last. */
  readonly next: InquiryPosition | null;
}

export interface EffectView {
  readonly effectId: string;
  readonly kind: string;
  readonly target: string;
  readonly state: string;
  readonly requestedAt: string | null;
  readonly settledAt: string | null;
  readonly receipt: unknown;
  /** Until when a person may approve it; null where nobody is asked. */
  readonly approveBy: string | null;
  /** What one said of it; null until then. */
  readonly review: EffectReview | null;
}

export interface EffectReview {
  readonly verdict: 'approved' | 'declined';
  readonly by: string;
  readonly at: string;
}

const isoOf = (moment: Date | null): string | null => moment?.toISOString() ?? null;

/** An inquiry as it is shown. */
const viewOf = (row: Inquiry) => ({
  inquiryId: row.inquiryId,
  receivedAt: isoOf(row.receivedAt),
  state: row.state,
  brand: row.brand,
  source: row.source,
  channel: row.channel,
  conversationId: row.conversationId,
  playbook: row.playbook,
  category: row.category,
  label: row.label,
  score: row.score,
  confidence: row.confidence,
  // An escalation raises it, whatever is heard of first.
  priority: row.raisedPriority ?? row.priority,
  review: row.review,
  queue: row.queue,
  pool: row.pool,
  closed: row.closedAt !== null ? true : row.routedClosed,
  owner: row.owner,
  ownerStatus: row.ownerStatus,
  reason: row.dropReason,
  costUsd: row.costUsd,
  /** Milliseconds from receipt to the last that was heard of it; null before it is known when it was received. */
  tookMs: row.receivedAt === null ? null : Math.max(0, row.lastAt.getTime() - row.receivedAt.getTime()),
});
export type InquiryView = ReturnType<typeof viewOf>;

export type InquiryWithEffects = InquiryView & {
  readonly effects: readonly EffectView[];
  readonly settled: boolean;
};

/** It is up to a person, and nothing of ours is under way. */
const isProposed = ({ state, approveBy, review }: EffectView): boolean =>
  state === 'requested' && approveBy !== null && review === null;

/** An inquiry needs nothing more of us when it went no further, was closed, or everybody who is to be told was. */
const isSettled = ({ state, closed }: InquiryView, effects: readonly EffectView[]): boolean =>
  ['dropped', 'dead-lettered'].includes(state) ||
  closed === true ||
  (state === 'assigned' &&
    effects.length > 0 &&
    effects.every((effect) => effect.state !== 'requested' || isProposed(effect)));

/** An event of an inquiry, as explain and clocks read it. */
export interface StoredEvent {
  readonly topic: string;
  readonly at: string;
  readonly eventId: string;
  /** With its personal data where that was asked for and is still there. */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface History {
  /** By time, the oldest first. */
  readonly events: readonly StoredEvent[];
  /** True when there are more than are shown. */
  readonly truncated: boolean;
  /** True when personal data was asked for that is deleted already. */
  readonly contentExpired: boolean;
}

export interface Summary {
  readonly raw: number;
  readonly routed: number;
  readonly dropped: number;
  readonly deadLettered: number;
  readonly inFlight: number;
  readonly droppedBy: Readonly<Record<string, number>>;
}

export interface ReadModel {
  list(filter: ListFilter): Promise<ListPage>;
  inquiry(id: string): Promise<InquiryWithEffects | null>;
  /** The first that is known of several ids that something may have. */
  firstOf(ids: readonly string[]): Promise<InquiryWithEffects | null>;
  /** By its own id, or that of a decision on it. */
  inquiryOf(id: string): Promise<InquiryWithEffects | null>;
  history(inquiryId: string, options: { readonly withContent: boolean }): Promise<History>;
  summary(): Promise<Summary>;
}

/** More events than an inquiry has that nothing is wrong with: an answer stays within some megabytes. */
const MOST_EVENTS = 2_000;

const parsed = (json: string): Readonly<Record<string, unknown>> => JSON.parse(json) as Record<string, unknown>;
const coordinates = ({ topic, partition, offset }: Pick<LoggedEvent, 'topic' | 'partition' | 'offset'>): string =>
  `${topic}/${partition}/${offset}`;

const readHistory = (
  store: EntityStore,
  { inquiryId, firstLoggedAt, lastLoggedAt }: Inquiry,
  withContent: boolean,
): Promise<History> =>
  store.run(async (manager) => {
    const found = await manager
      .createQueryBuilder(eventEntity, 'e')
      .where('e.inquiryId = :inquiryId and e.loggedAt between :firstLoggedAt and :lastLoggedAt', {
        inquiryId,
        firstLoggedAt,
        lastLoggedAt,
      })
      .orderBy({ 'e.at': 'ASC', 'e.loggedAt': 'ASC', 'e.topic': 'ASC', 'e.partition': 'ASC', 'e.offset': 'ASC' })
      .limit(MOST_EVENTS + 1)
      .getMany();
    const events = found.slice(0, MOST_EVENTS);
    const personal = withContent ? events.filter(({ hasContent }) => hasContent) : [];
    const contents =
      personal.length === 0
        ? []
        : await manager
            .createQueryBuilder(contentEntity, 'c')
            .where('c.inquiryId = :inquiryId and c.loggedAt in (:...moments)', {
              inquiryId,
              moments: [...new Map(personal.map(({ loggedAt }) => [loggedAt.getTime(), loggedAt])).values()],
            })
            .getMany();
    const contentOf = new Map(contents.map((one) => [coordinates(one), one.content]));
    return {
      events: events.map((event) => ({
        topic: event.topic,
        at: event.at.toISOString(),
        eventId: event.eventId,
        data: { ...parsed(event.data), ...parsed(contentOf.get(coordinates(event)) ?? '{}') },
      })),
      truncated: found.length > events.length,
      contentExpired: personal.some((event) => !contentOf.has(coordinates(event))),
    };
  });

/** Raw = routed + dropped + dead-lettered + in flight. Rows by the hundred, however many records they count. */
const readSummary = async ({ run, schema }: EntityStore): Promise<Summary> => {
  const query = (text: string): Promise<readonly Row[]> => run((manager) => manager.query(text));
  const [records, tallies] = await Promise.all([
    query(`select topic, sum(records)::float8 as records from "${schema}".progress group by topic`),
    query(`select name, key, sum(records)::float8 as records from "${schema}".tally group by name, key`),
  ]);
  const byTopic = new Map(records.map((row) => [String(row['topic']), Number(row['records'])]));
  const counted = (name: string): ReadonlyMap<string, number> =>
    new Map(
      tallies.flatMap((row) => (row['name'] === name ? [[String(row['key']), Number(row['records'])] as const] : [])),
    );
  const of = (topic: string): number => byTopic.get(topic) ?? 0;
  const putBack = counted('put-back');
  const letters = accountedTopics.flatMap((topic) => [
    ...deadLetterTopics.filter(({ name }) => name.startsWith(`${topic}.dlq.`)).map(({ name }) => of(name)),
    // What was put back is on its way once more; a raw record that was is counted as another raw one.
    topic === inquiryRaw.v1.type ? 0 : -(putBack.get(topic) ?? 0),
  ]);
  const [raw, routed, dropped] = [of(inquiryRaw.v1.type), of(inquiryRouted.v1.type), of(inquiryDropped.v1.type)];
  const deadLettered = letters.reduce((sum, one) => sum + one, 0);
  return {
    raw,
    routed,
    dropped,
    deadLettered,
    inFlight: raw - routed - dropped - deadLettered,
    droppedBy: Object.fromEntries(counted('dropped')),
  };
};

/** What is known of inquiries: rows by their keys through repositories, counts and pages by SQL that an index fits (ADR 015). */
export const createReadModel = (store: EntityStore): ReadModel => {
  const rowOf = (inquiryId: string): Promise<Inquiry | null> =>
    store.run((manager) => manager.getRepository(inquiryEntity).findOneBy({ inquiryId }));

  const effectsOf = async (inquiryId: string): Promise<readonly EffectView[]> => {
    const effects = await store.run((manager) =>
      manager.getRepository(effectEntity).find({ where: { inquiryId }, order: { kind: 'ASC', target: 'ASC' } }),
    );
    return effects.map(({ effectId, kind, target, state, requestedAt, settledAt, receipt, approveBy, review }) => ({
      effectId,
      kind,
      target,
      state,
      requestedAt: isoOf(requestedAt),
      settledAt: isoOf(settledAt),
      receipt: receipt === null ? null : (JSON.parse(receipt) as unknown),
      approveBy: isoOf(approveBy),
      review: review === null ? null : (JSON.parse(review) as EffectReview),
    }));
  };

  const withEffects = async (row: Inquiry | null): Promise<InquiryWithEffects | null> => {
    if (row === null) return null;
    const [view, effects] = [viewOf(row), await effectsOf(row.inquiryId)];
    return { ...view, effects, settled: isSettled(view, effects) };
  };

  const inquiry: ReadModel['inquiry'] = async (id) => withEffects(await rowOf(id));

  return {
    inquiry,
    async list({ limit, since, after, ...filter }) {
      const rows = await store.run((manager) => {
        const query = manager.createQueryBuilder(inquiryEntity, 'i').where('i.receivedAt is not null');
        for (const name of FILTERS)
          if (filter[name] !== undefined) query.andWhere(`i.${name} = :${name}`, { [name]: filter[name] });
        if (since !== undefined) query.andWhere('i.receivedAt >= :since', { since });
        if (after) query.andWhere('(i.receivedAt, i.inquiryId) < (:receivedAt, :inquiryId)', after);
        return query
          .orderBy({ 'i.receivedAt': 'DESC', 'i.inquiryId': 'DESC' })
          .limit(limit + 1)
          .getMany();
      });
      const data = rows.slice(0, limit).map(viewOf);
      const last = data.at(-1);
      return {
        data,
        next:
          rows.length > limit && last?.receivedAt ? { receivedAt: last.receivedAt, inquiryId: last.inquiryId } : null,
      };
    },
    async firstOf(ids) {
      if (ids.length === 0) return null;
      const rows = await store.run((manager) =>
        manager.createQueryBuilder(inquiryEntity, 'i').where('i.inquiryId in (:...ids)', { ids }).getMany(),
      );
      const byId = new Map(rows.map((row) => [row.inquiryId, row]));
      return withEffects(ids.flatMap((id) => byId.get(id.toLowerCase()) ?? [])[0] ?? null);
    },
    async inquiryOf(id) {
      const own = await inquiry(id);
      if (own) return own;
      const decided = await store.run((manager) =>
        manager.getRepository(eventEntity).findOne({ where: { decisionId: id }, select: { inquiryId: true } }),
      );
      return decided ? inquiry(decided.inquiryId) : null;
    },
    async history(inquiryId, { withContent }) {
      const row = await rowOf(inquiryId);
      return row ? readHistory(store, row, withContent) : { events: [], truncated: false, contentExpired: false };
    },
    summary: () => readSummary(store),
  };
};
