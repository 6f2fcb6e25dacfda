import { defineEntity, type Database, type EntityStore } from '@sluice/persistence';

/** One inquiry: how far it is, what was decided, whose it is. Written by the batch (adapters/project.ts), read by its key. */
export interface Inquiry {
  readonly inquiryId: string;
  readonly state: string;
  readonly costUsd: number;
  readonly lastAt: Date;
  /** Between these two its events were logged: the partitions to look in. */
  readonly firstLoggedAt: Date;
  readonly lastLoggedAt: Date;
  /** Null while only later events were heard of. */
  readonly receivedAt: Date | null;
  readonly brand: string | null;
  readonly source: string | null;
  readonly channel: string | null;
  readonly conversationId: string | null;
  /** Hash of the version it began with. */
  readonly playbook: string | null;
  readonly category: string | null;
  readonly label: string | null;
  readonly score: number | null;
  readonly confidence: number | null;
  readonly review: boolean | null;
  readonly routedAt: Date | null;
  readonly priority: string | null;
  readonly raisedPriority: string | null;
  readonly queue: string | null;
  readonly pool: string | null;
  readonly routedClosed: boolean | null;
  readonly owner: string | null;
  readonly ownerStatus: string | null;
  readonly dropReason: string | null;
  readonly closedAt: Date | null;
}

const uuid = { type: 'uuid' } as const;
const text = { type: 'text', nullable: true } as const;
const number = { type: 'double precision', nullable: true } as const;
const flag = { type: 'boolean', nullable: true } as const;
const moment = { type: 'timestamptz', nullable: true } as const;

export const inquiryEntity = defineEntity<Inquiry>({
  name: 'inquiry',
  columns: {
    inquiryId: { ...uuid, name: 'inquiry_id', primary: true },
    state: text,
    costUsd: { ...number, name: 'cost_usd' },
    lastAt: { ...moment, name: 'last_at' },
    firstLoggedAt: { ...moment, name: 'first_logged_at' },
    lastLoggedAt: { ...moment, name: 'last_logged_at' },
    receivedAt: { ...moment, name: 'received_at' },
    brand: text,
    source: text,
    channel: text,
    conversationId: { ...uuid, name: 'conversation_id', nullable: true },
    playbook: text,
    category: text,
    label: text,
    score: number,
    confidence: number,
    review: flag,
    routedAt: { ...moment, name: 'routed_at' },
    priority: text,
    raisedPriority: { ...text, name: 'raised_priority' },
    queue: text,
    pool: text,
    routedClosed: { ...flag, name: 'routed_closed' },
    owner: text,
    ownerStatus: { ...text, name: 'owner_status' },
    dropReason: { ...text, name: 'drop_reason' },
    closedAt: { ...moment, name: 'closed_at' },
  },
});

export interface Effect {
  readonly effectId: string;
  readonly inquiryId: string;
  readonly kind: string;
  readonly target: string;
  readonly state: string;
  readonly requestedAt: Date | null;
  readonly settledAt: Date | null;
  /** JSON. */
  readonly receipt: string | null;
  readonly approveBy: Date | null;
  /** JSON. */
  readonly review: string | null;
}

export const effectEntity = defineEntity<Effect>({
  name: 'effect',
  columns: {
    effectId: { ...uuid, name: 'effect_id', primary: true },
    inquiryId: { ...uuid, name: 'inquiry_id' },
    kind: text,
    target: text,
    state: text,
    requestedAt: { ...moment, name: 'requested_at' },
    settledAt: { ...moment, name: 'settled_at' },
    receipt: text,
    approveBy: { ...moment, name: 'approve_by' },
    review: text,
  },
});

/** Where a record stands on the log. */
interface Logged {
  readonly inquiryId: string;
  readonly loggedAt: Date;
  readonly topic: string;
  readonly partition: number;
  /** Decimal: a bigint. */
  readonly offset: string;
}

const logged = {
  inquiryId: { ...uuid, name: 'inquiry_id', primary: true },
  loggedAt: { ...moment, name: 'logged_at', nullable: false, primary: true },
  topic: { type: 'text', primary: true },
  partition: { type: 'int', primary: true },
  offset: { type: 'bigint', primary: true },
} as const;

/** A committed event without its personal data. */
export interface LoggedEvent extends Logged {
  readonly at: Date;
  readonly eventId: string;
  readonly decisionId: string | null;
  readonly brand: string | null;
  readonly pool: string | null;
  readonly hasContent: boolean;
  /** JSON. */
  readonly data: string;
}

export const eventEntity = defineEntity<LoggedEvent>({
  name: 'event',
  columns: {
    ...logged,
    at: moment,
    // Part of the key: a topic that was made anew has other events at the same offsets.
    eventId: { type: 'text', name: 'event_id', primary: true },
    decisionId: { ...uuid, name: 'decision_id', nullable: true },
    brand: text,
    pool: text,
    hasContent: { type: 'boolean', name: 'has_content' },
    data: text,
  },
});

/** The personal data of an event, kept for as long as the playbooks allow. */
export interface EventContent extends Logged {
  /** JSON. */
  readonly content: string;
}

export const contentEntity = defineEntity<EventContent>({
  name: 'event_content',
  columns: { ...logged, content: text },
});

/** A record that a stage could not process. */
export interface DeadLetter {
  readonly id: string;
  readonly sourceTopic: string;
  readonly stage: string;
  readonly exception: string;
  readonly message: string;
  readonly fingerprint: string;
  readonly inquiryId: string | null;
  readonly failedAt: Date;
  readonly replayedAt: Date | null;
  /** Which replay puts it back, or has; null before the first. */
  readonly replayId: string | null;
  /** Whose that is. */
  readonly replayBy: string | null;
  /** Until then no other may; null while none is at it. */
  readonly replayUntil: Date | null;
  /** When its bytes were deleted, since they were older than may be kept: it can't be put back any more. */
  readonly expiredAt: Date | null;
  readonly bytes: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** JSON: base64 by name. */
  readonly headers: string;
}

export const deadLetterEntity = defineEntity<DeadLetter>({
  name: 'dead_letter',
  columns: {
    id: { type: 'text', primary: true },
    sourceTopic: { type: 'text', name: 'source_topic' },
    stage: { type: 'text' },
    exception: { type: 'text' },
    message: { type: 'text' },
    fingerprint: { type: 'text' },
    inquiryId: { ...uuid, name: 'inquiry_id', nullable: true },
    failedAt: { type: 'timestamptz', name: 'failed_at' },
    replayedAt: { ...moment, name: 'replayed_at' },
    replayId: { ...uuid, name: 'replay_id', nullable: true },
    replayBy: { ...text, name: 'replay_by' },
    replayUntil: { ...moment, name: 'replay_until' },
    expiredAt: { ...moment, name: 'expired_at' },
    bytes: { type: 'int' },
    key: { type: 'bytea', nullable: true },
    value: { type: 'bytea', nullable: true },
    headers: { type: 'text' },
  },
});

/** What somebody did, by whose key and why. */
export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly who: string;
  readonly action: string;
  readonly why: string;
  /** JSON. */
  readonly detail: string;
}

export const auditEntity = defineEntity<AuditEntry>({
  name: 'audit',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment' },
    at: { type: 'timestamptz', createDate: true },
    who: { type: 'text' },
    action: { type: 'text' },
    why: { type: 'text' },
    detail: { type: 'text' },
  },
});

/** The read model row by row, over the service's own connections. */
export const openReadModel = (postgres: Database, schema: string): EntityStore =>
  postgres.entities(schema, [inquiryEntity, effectEntity, eventEntity, contentEntity, deadLetterEntity, auditEntity]);
