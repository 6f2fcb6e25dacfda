import {
  assignmentRequested,
  commandRefused,
  deadLetterHeaderNames,
  decisionJournal,
  effectRequested,
  effectReviewed,
  effectSettled,
  headerNames,
  inquiryAssigned,
  inquiryCommand,
  inquiryDropped,
  inquiryEnriched,
  inquiryNormalized,
  inquiryRaw,
  inquiryRouted,
  inquiryScored,
  poolChanged,
  poolCommand,
  slaAtRisk,
  slaBreached,
  slaClocksMoved,
  slaEscalated,
  type EventContract,
} from '@sluice/contracts';
import { truncate, wellFormedText } from '@sluice/kernel';
import { pathOf } from '@sluice/policy';
import { headerOf, type ProjectedEvent } from '@sluice/stage';
import { momentOf } from './moments.ts';
import {
  mergedPromise,
  promiseAtRisk,
  promiseBreached,
  promiseKeyOf,
  promisesMoved,
  type PromiseSource,
  type SlaPromiseRow,
} from './sla-promises.ts';

/** One event of one inquiry, as it is kept: what explain, clocks and statements of pools are made from. */
export interface EventRow {
  readonly inquiryId: string;
  readonly topic: string;
  readonly partition: number;
  /** Decimal: a bigint. */
  readonly offset: string;
  readonly eventId: string;
  /** When it happened by its own account; RFC 3339, UTC, milliseconds. */
  readonly at: string;
  /** When it was written to the log: what retention counts from. */
  readonly loggedAt: string;
  readonly decisionId: string | null;
  /** Of an event that concerns a pool. */
  readonly brand: string | null;
  readonly pool: string | null;
  /** JSON, without personal data. */
  readonly data: string;
  /** The personal data as JSON; null where it has none. */
  readonly content: string | null;
}

type ColumnValue = string | number | boolean | null;
type Columns = Readonly<Record<string, ColumnValue>>;

/**
 * What is to be changed in the row of an inquiry, under the names of its columns. A column that no event named is null, and is left as it
 * is; which columns belong together is said by `columnGroups`.
 */
export interface InquiryRow {
  readonly inquiry_id: string;
  readonly rank: number;
  readonly state: string | null;
  readonly cost_usd: number;
  readonly last_at: string;
  readonly first_logged_at: string;
  readonly last_logged_at: string;
  readonly [column: string]: ColumnValue;
}

export interface EffectRow {
  readonly effect_id: string;
  readonly inquiry_id: string;
  readonly kind: string;
  readonly target: string;
  readonly requested_at: string | null;
  /** The next three are null until it was settled. */
  readonly settled_at: string | null;
  readonly state: string | null;
  readonly receipt: string | null;
  /** Until when a person may approve it; null where nobody is asked. */
  readonly approve_by: string | null;
  /** What one said, as JSON; null until then. */
  readonly review: string | null;
}

export interface DeadLetterRow {
  /** `<topic>/<partition>/<offset>@<milliseconds>`: with its time, so that a topic that was made anew takes no old one's place. */
  readonly id: string;
  readonly sourceTopic: string;
  readonly stage: string;
  readonly exception: string;
  readonly message: string;
  readonly fingerprint: string;
  readonly inquiryId: string | null;
  readonly failedAt: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: string;
}

/** Everything that a batch of events changes, each row once. */
export interface ReadModelChanges {
  readonly events: readonly EventRow[];
  readonly inquiries: readonly InquiryRow[];
  /** Of records that were put back: they fill in what nothing else has said, since they stood on the log before, and others came after them. */
  readonly putBack: readonly InquiryRow[];
  readonly effects: readonly EffectRow[];
  readonly promises: readonly SlaPromiseRow[];
  readonly deadLetters: readonly DeadLetterRow[];
  readonly drops: readonly { readonly reason: string; readonly partition: number; readonly records: number }[];
}

/**
 * Columns that are set together, by the first of them, which is null while nothing set them. Events of one topic come in order; a repeat
 * of a raw record must not move when the inquiry was received.
 */
export const columnGroups: readonly { readonly keep: 'first' | 'last'; readonly columns: readonly string[] }[] = [
  { keep: 'first', columns: ['received_at', 'brand', 'source', 'channel'] },
  { keep: 'last', columns: ['conversation_id'] },
  { keep: 'last', columns: ['playbook'] },
  { keep: 'last', columns: ['scored_at', 'category', 'label', 'score', 'confidence', 'review', 'path'] },
  { keep: 'last', columns: ['routed_at', 'priority', 'queue', 'pool', 'routed_closed'] },
  { keep: 'last', columns: ['raised_priority'] },
  { keep: 'last', columns: ['assigned_at', 'owner', 'owner_status'] },
  { keep: 'last', columns: ['dropped_at', 'drop_reason'] },
  { keep: 'first', columns: ['closed_at'] },
  { keep: 'first', columns: ['first_confirmed'] },
];

const NOTHING: Columns = Object.fromEntries(columnGroups.flatMap(({ columns }) => columns.map((name) => [name, null])));

/** The fields of an event that hold personal data. */
interface Personal {
  readonly contact?: unknown;
  readonly content?: unknown;
  readonly attachments?: unknown;
  readonly facts?: unknown;
}

/** Where an inquiry is by what was heard of it: events of different topics come in any order, and the one furthest along counts. */
const WAY = [
  { topic: inquiryRaw.v1.type, state: 'received' },
  { topic: inquiryNormalized.v1.type, state: 'normalized' },
  { topic: inquiryEnriched.v1.type, state: 'enriched' },
  { topic: inquiryScored.v1.type, state: 'scored' },
  { topic: inquiryRouted.v1.type, state: 'routed' },
  { topic: inquiryAssigned.v1.type, state: 'assigned' },
  { topic: inquiryDropped.v1.type, state: 'dropped' },
] as const;

const DEAD_LETTERED = 'dead-lettered';
export const inquiryStates = [...WAY.map(({ state }) => state), DEAD_LETTERED] as const;

/** Even, so that a rank lies between two steps for what stopped after the first of them. */
const rankOf = (topic: string): number => 2 * (WAY.findIndex((step) => step.topic === topic) + 1);
const stoppedAfter = (topic: string): number => rankOf(topic) + 1;

/**
 * The rank of an inquiry of which a record of this topic could not be processed. An event further along says that it went on all the same:
 * the record was put back, or what it lacked came. Records of other topics lie beside its way, and say nothing of how far it got.
 */
const RANK_STOPPED: ReadonlyMap<string, number> = new Map([
  [inquiryRaw.v1.type, stoppedAfter(inquiryRaw.v1.type)],
  [inquiryNormalized.v1.type, stoppedAfter(inquiryNormalized.v1.type)],
  [inquiryEnriched.v1.type, stoppedAfter(inquiryEnriched.v1.type)],
  [inquiryScored.v1.type, stoppedAfter(inquiryScored.v1.type)],
  [assignmentRequested.v1.type, stoppedAfter(inquiryRouted.v1.type)],
  // Nothing that is heard later brings an effect about that could not even be planned.
  [effectRequested.v1.type, stoppedAfter(inquiryDropped.v1.type)],
]);

/** Topics whose dead letters stand for an inquiry that was accepted and not settled: raw = routed + dropped + these + in flight. */
export const accountedTopics: readonly string[] = [
  inquiryRaw.v1.type,
  inquiryNormalized.v1.type,
  inquiryEnriched.v1.type,
  inquiryScored.v1.type,
];

/** What one event says. */
interface Said {
  readonly inquiryId: string;
  readonly columns?: Columns;
  readonly costUsd?: number;
  readonly effect?: EffectRow;
  readonly promises?: readonly SlaPromiseRow[];
  readonly decisionId?: string;
  readonly pool?: { readonly brand: string | null; readonly pool: string | null };
  readonly dropReason?: string;
  /** True where it says nothing of how far its inquiry is. */
  readonly beside?: boolean;
  /** True of what concerns a pool and no inquiry. */
  readonly isOfPool?: boolean;
}

/** An event with what is made of its times. */
interface Heard {
  readonly event: ProjectedEvent;
  readonly loggedAt: string;
  /** A moment of the event as it can be kept; when it was logged, where it can't. */
  readonly at: (moment: string) => string;
}

type Reader = (heard: Heard) => Said;

/** The data was parsed when it was decoded. */
const on = <Data extends object>(
  contract: EventContract<string, Data>,
  read: (data: Data, heard: Heard) => Said,
): readonly [string, Reader] => [contract.type, (heard) => read(heard.event.data as Data, heard)];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

/** What concerns a pool is kept under its subject: the inquiry, where there is one. */
const subjectOf = <Data>({ record, data }: ProjectedEvent, contract: EventContract<string, Data>): string => {
  const stamped = headerOf(record.headers, headerNames.subject);
  return stamped !== null && UUID.test(stamped) ? stamped : contract.of(data as Data).subject;
};

const sourceOf = ({ event: { record }, loggedAt }: Heard): PromiseSource => ({
  record,
  loggedAt,
  playbook: headerOf(record.headers, headerNames.playbook),
});

/** Of an effect, what an event does not speak of. */
const NOT_HEARD = {
  requested_at: null,
  settled_at: null,
  state: null,
  receipt: null,
  approve_by: null,
  review: null,
} as const;

const readers: ReadonlyMap<string, Reader> = new Map([
  on(inquiryRaw.v1, ({ inquiryId, receivedAt, brand, source, channel }, { at }) => ({
    inquiryId,
    columns: { received_at: at(receivedAt), brand, source, channel },
  })),
  on(inquiryNormalized.v1, ({ inquiryId, conversationId }) => ({
    inquiryId,
    columns: { conversation_id: conversationId },
  })),
  on(inquiryEnriched.v1, ({ inquiryId }) => ({ inquiryId })),
  on(inquiryScored.v1, ({ inquiryId, decision, scoredAt }, { at }) => ({
    inquiryId,
    columns: {
      scored_at: at(scoredAt),
      category: decision.category,
      label: decision.label,
      score: decision.score,
      confidence: decision.confidence,
      review: decision.review.needed,
      path: pathOf(decision),
    },
  })),
  on(inquiryRouted.v1, ({ inquiryId, conversationId, decision, routing, routedAt }, { at }) => ({
    inquiryId,
    columns: {
      conversation_id: conversationId,
      routed_at: at(routedAt),
      priority: decision.priority,
      queue: routing.queue,
      pool: routing.pool,
      routed_closed: routing.closed,
    },
  })),
  on(assignmentRequested.v1, ({ inquiryId }) => ({ inquiryId })),
  on(inquiryAssigned.v1, ({ inquiryId, owner, status, assignedAt, brand, pool }, { at }) => ({
    inquiryId,
    columns: { assigned_at: at(assignedAt), owner, owner_status: status },
    pool: { brand, pool },
  })),
  // Kept for the statement of the pool, and where they concern an inquiry for its story.
  on(poolCommand.v1, ({ command }, { event }) => ({
    inquiryId: subjectOf(event, poolCommand.v1),
    beside: true,
    isOfPool: !('inquiryId' in command),
  })),
  on(poolChanged.v1, ({ brand, pool, changes }, { event }) => ({
    inquiryId: subjectOf(event, poolChanged.v1),
    pool: { brand, pool },
    beside: true,
    isOfPool: changes.every(({ inquiryId }) => inquiryId === null),
  })),
  on(inquiryDropped.v1, ({ inquiryId, reason, droppedAt }, { at }) =>
    // The drop of a repeat says nothing of the inquiry it repeats.
    reason === 'duplicate'
      ? { inquiryId, dropReason: reason, beside: true }
      : {
          inquiryId,
          dropReason: reason,
          columns: { dropped_at: at(droppedAt), drop_reason: reason },
        },
  ),
  on(decisionJournal.v1, ({ inquiryId, decisionId, costUsd }) => ({ inquiryId, decisionId, costUsd })),
  on(inquiryCommand.v1, ({ inquiryId, command, at: closedAt }, { at }) => ({
    inquiryId,
    ...(command.do === 'close' ? { columns: { closed_at: at(closedAt) } } : {}),
  })),
  on(commandRefused.v1, ({ inquiryId }) => ({ inquiryId })),
  on(slaClocksMoved.v1, (moved, heard) => ({
    inquiryId: moved.inquiryId,
    promises: promisesMoved(moved, sourceOf(heard)),
  })),
  on(slaAtRisk.v1, (risk, heard) => ({
    inquiryId: risk.inquiryId,
    promises: [promiseAtRisk(risk, sourceOf(heard))],
  })),
  on(slaBreached.v1, (breach, heard) => ({
    inquiryId: breach.inquiryId,
    promises: [promiseBreached(breach, sourceOf(heard))],
  })),
  on(slaEscalated.v1, ({ inquiryId, priority }) => ({
    inquiryId,
    ...(priority === null ? {} : { columns: { raised_priority: priority } }),
  })),
  on(effectRequested.v1, ({ inquiryId, effectId, kind, target, requestedAt, approveBy }, { at }) => ({
    inquiryId,
    effect: {
      effect_id: effectId,
      inquiry_id: inquiryId,
      kind,
      target,
      ...NOT_HEARD,
      requested_at: at(requestedAt),
      approve_by: approveBy === undefined ? null : at(approveBy),
    },
  })),
  on(effectReviewed.v1, ({ inquiryId, effectId, kind, target, verdict, by, reviewedAt }) => ({
    inquiryId,
    effect: {
      effect_id: effectId,
      inquiry_id: inquiryId,
      kind,
      target,
      ...NOT_HEARD,
      review: JSON.stringify({ verdict, by, at: reviewedAt }),
    },
  })),
  on(effectSettled.v1, ({ inquiryId, effectId, kind, target, state, receipt, settledAt }, { at, event }) => ({
    inquiryId,
    ...(state === 'confirmed' ? { columns: { first_confirmed: event.id } } : {}),
    effect: {
      effect_id: effectId,
      inquiry_id: inquiryId,
      kind,
      target,
      ...NOT_HEARD,
      settled_at: at(settledAt),
      state,
      receipt: JSON.stringify(receipt),
    },
  })),
]);

/** How far a producer's clock may be ahead before its time is not believed. */
const SKEW_MS = 86_400_000;
/** No record of ours is older: what says so has no time at all (-1, 0). */
const FIRST_LOGGED_MS = Date.parse('2020-01-01T00:00:00.000Z');

const loggedAt = ({ timestamp }: ProjectedEvent['record'], now: string): string =>
  timestamp >= FIRST_LOGGED_MS && timestamp <= Date.parse(now) + SKEW_MS ? new Date(timestamp).toISOString() : now;

/** Personal data (design 2; the `facts` of a journal) apart from the rest: it is shown to fewer, and kept for less long. */
const split = (data: Personal): Pick<EventRow, 'data' | 'content'> => {
  const { contact, content, attachments, facts, ...rest } = data;
  const personal = JSON.stringify({ contact, content, attachments, facts: facts ?? undefined });
  return personal === '{}'
    ? { data: JSON.stringify(data), content: null }
    : { data: JSON.stringify(rest), content: personal };
};

/** A record that had become a dead letter, and stands on its topic once more. */
export const isPutBack = ({ record }: ProjectedEvent): boolean =>
  headerOf(record.headers, headerNames.replayOf) !== null;

const isDeadLetter = ({ type }: ProjectedEvent): boolean => type.includes('.dlq.');

const base64Of = (value: Buffer | readonly Buffer[]): readonly string[] =>
  (Buffer.isBuffer(value) ? [value] : value).map((one) => one.toString('base64'));

/** Of headers that somebody else may write: an index takes no text without end. */
const [LONGEST_NAME, LONGEST_MESSAGE] = [200, 1_000];

const deadLetterOf = ({ record }: ProjectedEvent, failedAt: string): DeadLetterRow => {
  const header = (name: string, longest = LONGEST_NAME): string =>
    truncate(wellFormedText(headerOf(record.headers, name) ?? ''), longest);
  const subject = header(headerNames.subject);
  return {
    id: `${record.topic}/${record.partition}/${record.offset}@${Date.parse(failedAt)}`,
    sourceTopic: header(deadLetterHeaderNames.topic),
    stage: header(deadLetterHeaderNames.stage),
    exception: header(deadLetterHeaderNames.exception),
    message: header(deadLetterHeaderNames.message, LONGEST_MESSAGE),
    fingerprint: header(deadLetterHeaderNames.fingerprint),
    inquiryId: UUID.test(subject) ? subject.toLowerCase() : null,
    failedAt,
    key: record.key,
    value: record.value,
    headers: JSON.stringify(
      Object.fromEntries(Object.entries(record.headers).map(([name, value]) => [name, base64Of(value)])),
    ),
  };
};

const KEEPS_FIRST = new Set(columnGroups.flatMap(({ keep, columns }) => (keep === 'first' ? columns.slice(0, 1) : [])));

/** The row of one inquiry while a batch is read. */
type Draft = { -readonly [column in keyof InquiryRow]: InquiryRow[column] };

/** Of a text what a table takes. */
const kept = <Value extends ColumnValue>(value: Value): Value =>
  typeof value === 'string' ? (wellFormedText(value) as Value) : value;

const setColumns = (draft: Draft, columns: Columns): void => {
  const names = Object.keys(columns);
  const [first = ''] = names;
  if (KEEPS_FIRST.has(first) && draft[first] !== null) return;
  for (const name of names) {
    const value = columns[name] ?? null;
    draft[name] = kept(value);
  }
};

const advance = (draft: Draft, { rank, state }: { readonly rank: number; readonly state: string }): void => {
  if (rank <= draft.rank) return;
  draft.rank = rank;
  draft.state = state;
};

/** Collects what a batch changes: each inquiry, effect and count once, however many events speak of it. */
class Collected {
  readonly events: EventRow[] = [];
  readonly deadLetters: DeadLetterRow[] = [];
  readonly inquiries = new Map<string, Draft>();
  readonly putBack = new Map<string, Draft>();
  readonly effects = new Map<string, EffectRow>();
  readonly promises = new Map<string, SlaPromiseRow>();
  readonly drops = new Map<string, { reason: string; partition: number; records: number }>();

  inquiry(
    id: string,
    { at, loggedAt }: { readonly at: string; readonly loggedAt: string },
    drafts = this.inquiries,
  ): Draft {
    const known = drafts.get(id);
    if (known) {
      if (at > known.last_at) known.last_at = at;
      if (loggedAt > known.last_logged_at) known.last_logged_at = loggedAt;
      if (loggedAt < known.first_logged_at) known.first_logged_at = loggedAt;
      return known;
    }
    const draft: Draft = {
      ...NOTHING,
      inquiry_id: id,
      rank: 0,
      state: null,
      cost_usd: 0,
      last_at: at,
      first_logged_at: loggedAt,
      last_logged_at: loggedAt,
    };
    drafts.set(id, draft);
    return draft;
  }

  /** A request says nothing of what became of it, and is not undone by one that is heard of late. */
  effect(row: EffectRow): void {
    const id = row.effect_id.toLowerCase();
    const before = this.effects.get(id) ?? row;
    this.effects.set(id, {
      ...row,
      effect_id: id,
      target: wellFormedText(row.target),
      requested_at: row.requested_at ?? before.requested_at,
      settled_at: row.settled_at ?? before.settled_at,
      state: row.state ?? before.state,
      receipt: row.receipt ?? before.receipt,
      approve_by: row.approve_by ?? before.approve_by,
      review: before.review ?? row.review,
    });
  }

  promise(row: SlaPromiseRow): void {
    const key = promiseKeyOf(row);
    const before = this.promises.get(key);
    this.promises.set(key, before ? mergedPromise(before, row) : row);
  }

  drop(reason: string, partition: number): void {
    const key = `${partition} ${reason}`;
    const known = this.drops.get(key) ?? { reason: wellFormedText(reason), partition, records: 0 };
    known.records += 1;
    this.drops.set(key, known);
  }
}

const collectDeadLetter = (into: Collected, event: ProjectedEvent, loggedAt: string): void => {
  const letter = deadLetterOf(event, loggedAt);
  into.deadLetters.push(letter);
  const rank = RANK_STOPPED.get(letter.sourceTopic);
  if (letter.inquiryId === null || rank === undefined) return;
  advance(into.inquiry(letter.inquiryId, { at: loggedAt, loggedAt }), { rank, state: DEAD_LETTERED });
};

const NO_POOL: Required<Said>['pool'] = { brand: null, pool: null };

const eventRowOf = (
  { event: { record, type, id, data }, loggedAt }: Heard,
  { inquiryId, decisionId, pool = NO_POOL }: Said,
  at: string,
): EventRow => ({
  inquiryId,
  topic: type,
  partition: record.partition,
  offset: String(record.offset),
  eventId: wellFormedText(id),
  at,
  loggedAt,
  decisionId: decisionId ?? null,
  brand: kept(pool.brand),
  pool: kept(pool.pool),
  ...split(data as object),
});

/** How far an inquiry is, and what it became. */
const collectInquiry = (draft: Draft, { type, record }: ProjectedEvent, said: Said): void => {
  if (said.columns) setColumns(draft, said.columns);
  draft.cost_usd += said.costUsd ?? 0;
  const playbook = headerOf(record.headers, headerNames.playbook);
  if (playbook) setColumns(draft, { playbook });
  const step = said.beside ? undefined : WAY.find(({ topic }) => topic === type);
  if (step) advance(draft, { rank: rankOf(type), state: step.state });
};

const collectEvent = (into: Collected, event: ProjectedEvent, loggedAt: string): void => {
  const heard: Heard = { event, loggedAt, at: (moment) => momentOf(moment) ?? loggedAt };
  const read = readers.get(event.type)?.(heard);
  if (!read) return;
  // As the database writes it: or one inquiry would be two in a batch.
  const said = { ...read, inquiryId: read.inquiryId.toLowerCase() };
  const at = momentOf(event.time) ?? loggedAt;
  const again = isPutBack(event);
  // What is told of a pool counts every event of it.
  into.events.push(eventRowOf(heard, again ? { ...said, pool: NO_POOL } : said, at));
  if (said.dropReason !== undefined) into.drop(said.dropReason, event.record.partition);
  if (said.effect) into.effect(said.effect);
  said.promises?.forEach((row) => into.promise(row));
  if (!said.isOfPool)
    collectInquiry(into.inquiry(said.inquiryId, { at, loggedAt }, again ? into.putBack : into.inquiries), event, said);
};

/** What a batch of events changes in the read model. `now` stands in for a time that can't be believed. */
export const changesOf = (events: readonly ProjectedEvent[], now: string): ReadModelChanges => {
  const into = new Collected();
  for (const event of events) {
    const at = loggedAt(event.record, now);
    if (isDeadLetter(event)) collectDeadLetter(into, event, at);
    else collectEvent(into, event, at);
  }
  return {
    events: into.events,
    inquiries: [...into.inquiries.values()],
    putBack: [...into.putBack.values()],
    effects: [...into.effects.values()],
    promises: [...into.promises.values()],
    deadLetters: into.deadLetters,
    drops: [...into.drops.values()],
  };
};
