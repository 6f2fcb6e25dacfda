import type { InquiryNormalized } from '@sluice/contracts';
import { uuidV5, type ConversationId, type InquiryId } from '@sluice/kernel';
import type { InquiryKeys, Recall, SeenInquiry } from './inquiry-memory.ts';

export interface FoundConversation {
  readonly conversationId: ConversationId;
  readonly evidence: InquiryNormalized['thread']['evidence'];
  /** Messages so far, this one included. */
  readonly size: number;
}

const largest = (found: readonly (SeenInquiry | undefined)[]): SeenInquiry | undefined =>
  found.reduce((best, one) => (one && (!best || one.size > best.size) ? one : best), undefined);

/** References are copied carelessly: they count only together with the same contact's subject or another of their own kind. */
const byReferences = (keys: InquiryKeys, recall: Recall): SeenInquiry | undefined => {
  const known = keys.references.flatMap((one) => recall.inquiry(one) ?? []);
  const subject = recall.inquiry(keys.subject);
  const agreed = known.find(({ conversationId }) => conversationId === subject?.conversationId);
  const isUnanimous = known.length > 1 && new Set(known.map(({ conversationId }) => conversationId)).size === 1;
  return agreed ?? (isUnanimous ? known.at(-1) : undefined);
};

/**
 * The conversation an inquiry belongs to, and what said so: what it answers, its source's thread, the same contact and subject, or
 * none. Its own Message-ID says nothing: two mails that share one are two.
 */
export const findConversation = (inquiryId: InquiryId, keys: InquiryKeys, recall: Recall): FoundConversation => {
  const known: readonly (readonly [FoundConversation['evidence'], SeenInquiry | undefined])[] = [
    ['reply-headers', largest(keys.replies.map(recall.inquiry)) ?? byReferences(keys, recall)],
    ['source-thread', recall.inquiry(keys.sourceThread)],
    ['contact-subject', recall.inquiry(keys.subject)],
  ];
  const [evidence, seen] = known.find(([, one]) => one !== undefined) ?? ['new', undefined];
  return seen === undefined
    ? { conversationId: uuidV5('conversation', inquiryId) as ConversationId, evidence: 'new', size: 1 }
    : { conversationId: seen.conversationId as ConversationId, evidence, size: seen.size + 1 };
};
