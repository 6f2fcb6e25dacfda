import { z } from 'zod';
import { publishedJson, readJson } from '../any-json.ts';
import { contract, type DataOf } from '../contract.ts';
import {
  channel,
  contactId,
  conversationId,
  count,
  decisionId,
  effectId,
  inquiryId,
  instant,
  sha256,
  term,
} from '../fields.ts';

const about = { effectId, decisionId, inquiryId, conversationId };
/** What tells people and subscribers. */
const noticeKind = z.enum(['slack.message', 'webhook.delivery']);
/** What writes an inquiry into a system that people keep: its content is a `RecordContent`, its target the provider. */
const recordKind = z.enum(['crm.upsert', 'helpdesk.ticket', 'table.row', 'marketing.enrol']);
export type RecordKind = z.output<typeof recordKind>;
export const recordKinds = recordKind.options;
/** `sms.message` is for the people in charge; its content is an `SmsContent`. */
const kind = z.enum([...noticeKind.options, 'mail.reply', ...recordKind.options, 'sms.message']);
export type EffectKind = z.output<typeof kind>;

const mode = z.enum(['off', 'propose', 'sandbox', 'live']);

/** Who is told, and how far. */
export const recipient = z.object({ kind: noticeKind, target: term, mode });
export type Recipient = z.output<typeof recipient>;

/** What an answer is for, where the person who wrote is answered: that it arrived, or something of substance. */
const purpose = z.enum(['acknowledgement', 'answer']);
export type EffectPurpose = z.output<typeof purpose>;

const requestOf = (json: typeof publishedJson) =>
  z.object({
    ...about,
    kind,
    /** The sink's name in the playbook: a Slack channel, a subscriber. */
    target: term,
    mode,
    /** Absent where others are told. */
    purpose: purpose.optional(),
    /** What it is about, as switches name it: an intent, or a category where none is known. Absent where it is about no one inquiry. */
    intent: term.optional(),
    /** How the inquiry came in. */
    channel: channel.optional(),
    /** Whom an answer is for, as a pseudonym: so many a day for one person, and no more. */
    correspondent: contactId.optional(),
    /** Nothing is done before; absent where it may be done at once. */
    notBefore: instant.optional(),
    /** Nobody is helped by it afterwards, and it is not done; absent where it is never too late. */
    usefulUntil: instant.optional(),
    /** Until when a person may approve what is only proposed; absent where nobody is asked. */
    approveBy: instant.optional(),
    /** What the connector renders. Personal data. */
    content: z.record(z.string(), json()),
    requestedAt: instant,
  });

/** An outward action that is asked for. The notifier does it once and proves it. */
export const effectRequested = {
  v1: contract('effect.requested.v1', {
    key: (effect) => effect.conversationId,
    subject: (effect) => effect.inquiryId,
    schema: requestOf(publishedJson),
    reading: requestOf(readJson),
  }),
};
export type EffectRequested = DataOf<typeof effectRequested.v1>;

/** Why an answer is skipped though nobody wished it: this person was to get as many as one may a day. Two machines may be answering each other. */
export const TOO_MANY_ANSWERS = 'too-many-answers';

const recordAbout = z.object({
  intent: term.nullable(),
  channel: channel.nullable(),
  queue: term.nullable(),
  priority: term.nullable(),
});

const settledState = z.enum(['confirmed', 'refuted', 'unknown', 'skipped']);

/** What became of an effect, with its proof. */
export const effectSettled = {
  v1: contract('effect.settled.v1', {
    key: (effect) => effect.conversationId,
    subject: (effect) => effect.inquiryId,
    schema: z.object({
      ...about,
      kind,
      target: term,
      purpose: purpose.optional(),
      /** Of what writes into a system that people keep, or tells them by telephone: what it is about, and whose it is. */
      record: recordAbout.optional(),
      state: settledState,
      receipt: z.object({
        /** The provider's own id of what was done; null when nothing was. */
        providerId: z.string().nullable(),
        requestHash: sha256,
        responseDigest: sha256.nullable(),
        attempts: count,
        /** How the outcome was learnt: from the answer, or by asking the provider afterwards. */
        learntBy: z.enum(['answer', 'inquiry', 'none']),
        reason: z.string().nullable(),
        /** The provider's ids of what it consists of, by name, where it is made in parts: also of those that were made before one failed. */
        parts: z.record(z.string(), z.string()).optional(),
      }),
      settledAt: instant,
    }),
  }),
};
export type EffectSettled = DataOf<typeof effectSettled.v1>;

/** A record that was not written into a system that people keep, or of which nobody knows: for whose it is. Its proof is in `effect.settled.v1`. */
export const recordFailed = {
  v1: contract('record.failed.v1', {
    key: (record) => record.conversationId,
    subject: (record) => record.inquiryId,
    schema: z.object({
      ...about,
      brand: term,
      kind,
      target: term,
      ...recordAbout.shape,
      state: z.enum(['refuted', 'unknown']),
      reason: z.string().nullable(),
      /** The parts that were made before one failed, by name. */
      made: z.array(z.string()),
      failedAt: instant,
    }),
  }),
};
export type RecordFailed = DataOf<typeof recordFailed.v1>;

/** What a person said of an effect that was proposed. The first word counts. */
export const effectReviewed = {
  v1: contract('effect.reviewed.v1', {
    key: (reviewed) => reviewed.conversationId,
    subject: (reviewed) => reviewed.inquiryId,
    schema: z.object({
      effectId,
      inquiryId,
      conversationId,
      kind,
      target: term,
      verdict: z.enum(['approved', 'declined']),
      /** Who: the id of an API key, a person's key. Never an address. */
      by: term,
      why: z.string().max(200).nullable(),
      reviewedAt: instant,
    }),
  }),
};
export type EffectReviewed = DataOf<typeof effectReviewed.v1>;

/** What became of an answer to the person who wrote, for the conversation it belongs to. Its proof is in `effect.settled.v1`. */
export const answerSettled = {
  v1: contract('answer.settled.v1', {
    key: (answer) => answer.conversationId,
    subject: (answer) => answer.inquiryId,
    schema: z.object({
      ...about,
      kind,
      purpose,
      state: settledState,
      reason: z.string().nullable(),
      settledAt: instant,
    }),
  }),
};
export type AnswerSettled = DataOf<typeof answerSettled.v1>;
