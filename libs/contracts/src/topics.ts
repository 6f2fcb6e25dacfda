import type { EventContract } from './contract.ts';
import { controlSwitch } from './events/control-switch.ts';
import { decisionJournal } from './events/decision-journal.ts';
import { answerSettled, effectRequested, effectReviewed, effectSettled, recordFailed } from './events/effect.ts';
import { conversationDue } from './events/conversation.ts';
import { commandRefused, inquiryCommand } from './events/inquiry-command.ts';
import { inquiryDropped } from './events/inquiry-dropped.ts';
import { inquiryEnriched } from './events/inquiry-enriched.ts';
import { inquiryNormalized } from './events/inquiry-normalized.ts';
import { inquiryRaw } from './events/inquiry-raw.ts';
import { assignmentRequested, inquiryAssigned, inquiryRouted } from './events/inquiry-routed.ts';
import { inquiryScored } from './events/inquiry-scored.ts';
import { slaAtRisk, slaBreached, slaClocksMoved, slaEscalated } from './events/sla.ts';
import { poolChanged, poolCommand, poolDue } from './events/pool.ts';

/** How a topic is made. Declared here once: creates it locally, renders the chart, documents it. */
export interface TopicDeclaration {
  readonly name: string;
  readonly description: string;
  /** What the record key is, in words. */
  readonly keyedBy: string;
  readonly partitions: number;
  /** Milliseconds a record is kept. */
  readonly retentionMs: number;
  readonly cleanupPolicy: 'delete' | 'compact';
  /** Bytes of a record batch that the topic takes: `max.message.bytes`. */
  readonly maxMessageBytes: number;
  /** Null for dead letters, which hold bytes as they came. */
  readonly contract: EventContract<string, unknown> | null;
}

const DAY = 24 * 60 * 60 * 1000;
/** Scaling is adding replicas up to this count; 12 divides evenly among 1 to 4, 6 and 12. */
const PARTITIONS = 12;
const DEAD_LETTER_PARTITIONS = 3;

/** As much as a broker takes by default, and every hosted Kafka: what is larger belongs into the blob store. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** What the head of a record batch takes of that. */
const BATCH_HEAD_BYTES = 61;
/** Bytes of one record, with key, headers and value, that every topic takes. */
export const MAX_RECORD_BYTES = MAX_MESSAGE_BYTES - BATCH_HEAD_BYTES;
/** How much more a dead letter may have: whatever was taken once can be dead-lettered with the reason in its headers. */
export const DEAD_LETTER_HEADROOM_BYTES = 64 * 1024;

/**
 * `min.insync.replicas` of a topic that has so many replicas: an acknowledged record survives the loss of one of three. With fewer
 * replicas one must do, or a single broker could not be written to.
 */
export const minInSyncReplicas = (replicas: number): number => (replicas >= 3 ? 2 : 1);

const event = (
  contract: EventContract<string, unknown>,
  keyedBy: string,
  [description, days = 14]: readonly [string, number?],
): TopicDeclaration => ({
  name: contract.type,
  description,
  keyedBy,
  partitions: PARTITIONS,
  retentionMs: days * DAY,
  cleanupPolicy: 'delete',
  maxMessageBytes: MAX_MESSAGE_BYTES,
  contract,
});

/** Only the latest word under each key is kept, for ever. */
const compacted = (declared: TopicDeclaration): TopicDeclaration => ({ ...declared, cleanupPolicy: 'compact' });

export const eventTopics: readonly TopicDeclaration[] = [
  event(inquiryRaw.v1, 'inquiryId (the dedupe key)', ['Everything that was accepted, as it came in.', 30]),
  event(inquiryNormalized.v1, 'conversationId', ['Inquiries understood in form, once each.']),
  event(inquiryEnriched.v1, 'conversationId', ['Inquiries with what the world says about the sender.']),
  event(inquiryScored.v1, 'conversationId', ['Inquiries with what they are and how much they matter.']),
  event(inquiryRouted.v1, 'conversationId', ['Inquiries with where they go and by when.', 30]),
  event(assignmentRequested.v1, 'pool', ['Requests for an owner, in one order per pool.']),
  event(inquiryAssigned.v1, 'conversationId', ['Who owns an inquiry, and why.', 30]),
  event(poolCommand.v1, 'pool', ['Changes asked of a pool: leave, return, release, claim.']),
  event(poolChanged.v1, 'pool', ['What changed in a pool besides who was given what.', 30]),
  event(poolDue.v1, 'pool', ['Moments that have come in a pool: those who wait are looked at.', 30]),
  event(inquiryDropped.v1, 'inquiryId', ['Inquiries that go no further, with the reason.', 30]),
  event(inquiryCommand.v1, 'conversationId', ['What people say about an inquiry: answered, paused, closed.', 30]),
  event(commandRefused.v1, 'conversationId', ['Commands that could not be obeyed, and why.', 30]),
  event(conversationDue.v1, 'conversationId', [
    'Moments that have come in a conversation: its clocks are looked at.',
    30,
  ]),
  event(slaClocksMoved.v1, 'conversationId', ['Every change of a clock: what a breach is explained from.', 30]),
  event(slaAtRisk.v1, 'conversationId', ['Promises that will be broken soon.', 30]),
  event(slaBreached.v1, 'conversationId', ['Promises that were not kept.', 30]),
  event(slaEscalated.v1, 'conversationId', ['Steps of the ladder that were taken.', 30]),
  event(effectRequested.v1, 'conversationId', ['Outward actions that are asked for.', 30]),
  event(effectReviewed.v1, 'conversationId', ['What people said of effects that were proposed.', 30]),
  event(effectSettled.v1, 'conversationId', ['What became of each effect, with its receipt.', 30]),
  event(answerSettled.v1, 'conversationId', ['What became of each answer to a person who wrote.', 30]),
  event(recordFailed.v1, 'conversationId', ['Records that were not written, or of which nobody knows.', 30]),
  compacted(event(controlSwitch.v1, 'switchId', ['Kill switches: engaged or released, and what each covers.'])),
  event(decisionJournal.v1, 'inquiryId', ['Every decision with its facts, for replay and explain.', 30]),
];

/** Every stage with the topic it reads: what dead-letter topics exist. */
export const stageInputs = [
  { stage: 'normalize-inquiry', topic: inquiryRaw.v1.type },
  { stage: 'enrich-inquiry', topic: inquiryNormalized.v1.type },
  { stage: 'score-inquiry', topic: inquiryEnriched.v1.type },
  { stage: 'follow-conversation', topic: inquiryScored.v1.type },
  { stage: 'follow-conversation', topic: inquiryAssigned.v1.type },
  { stage: 'follow-conversation', topic: inquiryCommand.v1.type },
  { stage: 'follow-conversation', topic: conversationDue.v1.type },
  { stage: 'follow-conversation', topic: answerSettled.v1.type },
  { stage: 'follow-conversation', topic: recordFailed.v1.type },
  { stage: 'assign-owner', topic: assignmentRequested.v1.type },
  { stage: 'assign-owner', topic: poolCommand.v1.type },
  { stage: 'assign-owner', topic: poolDue.v1.type },
  { stage: 'plan-effects', topic: effectRequested.v1.type },
  { stage: 'obey-reviews', topic: effectReviewed.v1.type },
  { stage: 'obey-switches', topic: controlSwitch.v1.type },
] as const;

const DEAD_LETTER_MARK = '.dlq.';
export const deadLetterTopicOf = (topic: string, stage: string): string => `${topic}${DEAD_LETTER_MARK}${stage}`;
export const isDeadLetterTopic = (topic: string): boolean => topic.includes(DEAD_LETTER_MARK);

export const deadLetterTopics: readonly TopicDeclaration[] = stageInputs.map(({ stage, topic }) => ({
  name: deadLetterTopicOf(topic, stage),
  description: `What ${stage} could not process, bytes untouched, with the reason in headers.`,
  keyedBy: 'as the source record',
  partitions: DEAD_LETTER_PARTITIONS,
  retentionMs: 30 * DAY,
  cleanupPolicy: 'delete',
  maxMessageBytes: MAX_MESSAGE_BYTES + DEAD_LETTER_HEADROOM_BYTES,
  contract: null,
}));

export const topics: readonly TopicDeclaration[] = [...eventTopics, ...deadLetterTopics];
