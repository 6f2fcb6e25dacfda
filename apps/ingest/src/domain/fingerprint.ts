import type { InquiryRaw, Metadata } from '@sluice/contracts';
import { contentHash } from '@sluice/kernel';
import type { SentParts } from './within-bounds.ts';

/**
 * Fields, by their letters, that a sender's machine fills anew each time it sends the same thing: when, and at which try. They say
 * nothing about the inquiry, with or without an id of its own.
 */
const TIMES_AND_TRIES: ReadonlySet<string> = new Set([
  'timestamp',
  'ts',
  'sentat',
  'senttime',
  'submittedat',
  'createdat',
  'updatedat',
  'deliveredat',
  'receivedat',
  'attempt',
  'attempts',
  'attemptcount',
  'attemptnumber',
  'deliveryattempt',
  'deliveryattempts',
  'deliverycount',
  'retry',
  'retries',
  'retrycount',
  'retrycounter',
  'retrynumber',
  'retryattempt',
  'redelivered',
  'redelivery',
  'isretry',
  'nonce',
  'signature',
]);

/** Ids of one delivery. Where the event has an id of its own these say nothing; where it has none they may be all that tells it apart. */
const DELIVERY_IDS: ReadonlySet<string> = new Set([
  'deliveryid',
  'webhookdeliveryid',
  'webhookid',
  'requestid',
  'traceid',
  'attemptid',
]);

const lettersOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/gu, '');

/** Text of which white space and Unicode form say nothing. */
export const words = (text: string | null): string => (text ?? '').normalize('NFC').replaceAll(/\s+/gu, ' ').trim();

type IsTelling = (name: string) => boolean;

const telling = (value: unknown, isTelling: IsTelling): unknown => {
  if (typeof value === 'string') return words(value);
  if (Array.isArray(value)) return value.map((one) => telling(one, isTelling));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, of]) => (isTelling(name) ? [[name, telling(of, isTelling)] as const] : [])),
  );
};

/** A structure that a form sent is kept as its JSON: what tells nothing apart tells nothing within it either. One too deep is a text. */
const tellingText = (text: string, isTelling: IsTelling): string => {
  if (!/^[{[]/u.test(text)) return words(text);
  try {
    return contentHash(telling(JSON.parse(text), isTelling));
  } catch {
    return words(text);
  }
};

/** The fields that tell one inquiry from another. */
export const tellingFields = (metadata: Metadata, { hasOwnId }: { readonly hasOwnId: boolean }): object => {
  const isTelling: IsTelling = (name) => {
    const letters = lettersOf(name);
    return !TIMES_AND_TRIES.has(letters) && !(hasOwnId && DELIVERY_IDS.has(letters));
  };
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([name, value]) =>
      isTelling(name) ? [[name, typeof value === 'string' ? tellingText(value, isTelling) : value] as const] : [],
    ),
  );
};

/** Everything about an inquiry that its sender decides. */
export interface SentInquiry extends SentParts {
  readonly threadId: string | null;
  /** Whether the sender gave the event an id. */
  readonly hasOwnId: boolean;
  /** SHA-256 of a mail that nobody could read: it is known by its bytes. */
  readonly unreadMail: string | null;
}

/**
 * SHA-256 over all that tells two inquiries of one source apart: who wrote, thread, subject, text, fields and attachments, before
 * anything was cut. The same event sent again has the same, whatever headers it comes with; who uses an id twice has two.
 */
export const fingerprintOf = ({ contact, threadId, subject, text, metadata, ...sent }: SentInquiry): string =>
  contentHash([
    Object.entries(contact).map(([name, value]) => [
      name,
      name === 'email' ? words(value).toLowerCase() : words(value),
    ]),
    threadId,
    words(subject),
    words(text),
    tellingFields(metadata, sent),
    sent.attachments.map(({ sha256 }) => sha256),
    sent.unreadMail,
  ]);

const unreadMailOf = ({ mail, headers }: InquiryRaw['content']): string | null => {
  if (mail === null || headers !== undefined) return null;
  return mail.at === 'blob' ? mail.sha256 : contentHash(mail.base64);
};

/** The fingerprint that intake took; of a record that came otherwise, one of what the record holds. */
export const fingerprintIn = ({ contact, content, attachments }: InquiryRaw): string =>
  content.fingerprint ??
  fingerprintOf({
    ...content,
    contact,
    attachments,
    hasOwnId: content.sourceEventId !== null,
    unreadMail: unreadMailOf(content),
  });
