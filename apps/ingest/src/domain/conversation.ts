import type { InquiryNormalized, InquiryRaw } from '@sluice/contracts';
import { contentHash, uuidV5, type ConversationId, type InquiryId } from '@sluice/kernel';
import { z } from 'zod';
import type { ParsedInquiry } from '../ports/inquiry-parser.port.ts';

/** What is remembered under one key: which inquiry and conversation it stands for. */
export const traceSchema = z.object({
  inquiryId: z.string(),
  conversationId: z.string(),
  /** Where the raw record lies that owns the inquiry: tells a redelivery from a duplicate. */
  owner: z.string(),
  at: z.string(),
  size: z.int().positive(),
});
export type Trace = z.output<typeof traceSchema>;

export interface ConversationKeys {
  readonly receipt: string;
  readonly fingerprint: string | null;
  readonly own: string | null;
  readonly replies: readonly string[];
  readonly references: readonly string[];
  readonly sourceThread: string | null;
  readonly subject: string | null;
}

/** Keys show nothing of what they are made of: they hold addresses and subjects. */
const key = (kind: string, ...parts: readonly string[]): string => `${kind}:${contentHash(parts).slice(0, 40)}`;

const PREFIX = /^\s*((re|fwd?|aw|wg|antw|tr|sv|vs|rv|odp|ynt)(\[\d+\])?\s*:\s*|\[[^\]]{1,40}\]\s*)+/iu;

const FORWARDED = /^\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|wg|tr|i|rv|enc|doorst|vs|vl|pd)\s*:/iu;

/** Whether the subject says that somebody passes a mail on: what they pass on is what they send. */
export const isForwarded = (subject: string | null): boolean => FORWARDED.test(subject ?? '');

/** A subject without the marks of answering and forwarding. */
export const bareSubject = (subject: string | null): string =>
  (subject ?? '').replace(PREFIX, '').replaceAll(/\s+/gu, ' ').trim().toLowerCase();

const REFERENCES = 20;
const letters = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Every key an inquiry may be found under, from its text and headers alone. */
export const conversationKeys = (raw: InquiryRaw, parsed: ParsedInquiry): ConversationKeys => {
  const { brand } = raw;
  const subject = bareSubject(parsed.subject);
  const who = parsed.contactId ?? '';
  const thread = parsed.inReplyTo[0] ?? raw.content.threadId ?? subject;
  const message = (id: string) => key('message', brand, id);
  return {
    receipt: key('receipt', raw.inquiryId),
    fingerprint: letters(parsed.text) === '' ? null : key('print', brand, who, thread, letters(parsed.text)),
    own: parsed.messageId === null ? null : message(parsed.messageId),
    replies: parsed.inReplyTo.slice(0, REFERENCES).map(message),
    references: parsed.references.slice(-REFERENCES).map(message),
    sourceThread: raw.content.threadId === null ? null : key('thread', brand, raw.source, raw.content.threadId),
    subject: who === '' || subject === '' ? null : key('subject', brand, who, subject),
  };
};

export const allKeys = ({
  receipt,
  fingerprint,
  own,
  replies,
  references,
  sourceThread,
  subject,
}: ConversationKeys): readonly string[] => [
  ...new Set(
    [receipt, fingerprint, own, ...replies, ...references, sourceThread, subject].filter((one) => one !== null),
  ),
];

export interface Found {
  readonly conversationId: ConversationId;
  readonly evidence: InquiryNormalized['thread']['evidence'];
  readonly size: number;
}

type Recall = (key: string) => Trace | undefined;

const recallAny = (recall: Recall, keys: readonly (string | null)[]): Trace | undefined =>
  keys
    .flatMap((one) => (one === null ? [] : (recall(one) ?? [])))
    .reduce<Trace | undefined>((best, one) => (!best || one.size > best.size ? one : best), undefined);

/** References are copied carelessly: they count only together with the same contact's subject or another of their own kind. */
const byReferences = (keys: ConversationKeys, recall: Recall): Trace | undefined => {
  const known = keys.references.flatMap((one) => recall(one) ?? []);
  const votes = new Set(known.map(({ conversationId }) => conversationId));
  const subject = keys.subject === null ? undefined : recall(keys.subject);
  if (known.length === 0) return undefined;
  const agreed = known.find(({ conversationId }) => conversationId === subject?.conversationId);
  return agreed ?? (votes.size === 1 && known.length > 1 ? known.at(-1) : undefined);
};

/** The conversation an inquiry belongs to, and what said so: what it answers, its source's thread, the same contact and subject, or none. */
export const findConversation = (inquiryId: InquiryId, keys: ConversationKeys, recall: Recall): Found => {
  const headers = recallAny(recall, [keys.own, ...keys.replies]) ?? byReferences(keys, recall);
  const known: readonly (readonly [Found['evidence'], Trace | undefined])[] = [
    ['reply-headers', headers],
    ['source-thread', recallAny(recall, [keys.sourceThread])],
    ['contact-subject', recallAny(recall, [keys.subject])],
  ];
  const [evidence, trace] = known.find(([, one]) => one !== undefined) ?? ['new', undefined];
  return trace === undefined
    ? { conversationId: uuidV5('conversation', inquiryId) as ConversationId, evidence: 'new', size: 1 }
    : { conversationId: trace.conversationId as ConversationId, evidence, size: trace.size + 1 };
};
