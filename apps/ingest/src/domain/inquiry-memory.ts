import type { InquiryRaw } from '@sluice/contracts';
import { contentHash } from '@sluice/kernel';
import { z } from 'zod';
import type { ParsedInquiry } from '../ports/inquiry-parser.port.ts';
import { fingerprintIn, tellingFields, words } from './fingerprint.ts';
import { messagePaceSchema, type MessagePace } from './message-pace.ts';
import { bareSubject, withoutListTag } from './subject.ts';

/** An inquiry as it is remembered under each key by which a later one may repeat or answer it. */
export const seenInquirySchema = z.object({
  inquiryId: z.string(),
  conversationId: z.string(),
  /** Where the raw record lies that owns the inquiry: tells a redelivery from a repeat. */
  owner: z.string(),
  /** When it was received. */
  at: z.string(),
  /** Messages of the conversation so far. */
  size: z.int().positive(),
  source: z.string(),
  /** What its sender calls the event, hashed; null: it came without an id. */
  ownId: z.string().nullable(),
  fingerprint: z.string(),
  /** The last moment at which it counts; afterwards it may be deleted. */
  until: z.string(),
});
export type SeenInquiry = z.output<typeof seenInquirySchema>;

/** What normalize-inquiry remembers under one key. */
export const rememberedSchema = z.union([seenInquirySchema, messagePaceSchema]);
export type Remembered = SeenInquiry | MessagePace;

/** The keys of one inquiry. They show nothing of what they are made of: addresses, ids, subjects. */
export interface InquiryKeys {
  readonly receipt: string;
  /** By what was said, whoever counts it under whatever id. */
  readonly content: string;
  readonly message: string | null;
  readonly replies: readonly string[];
  readonly references: readonly string[];
  readonly sourceThread: string | null;
  readonly subject: string | null;
  /** How fast the contact writes; null: nobody knows who it is. */
  readonly pace: string | null;
}

const key = (kind: string, ...parts: readonly unknown[]): string => `${kind}:${contentHash(parts).slice(0, 40)}`;

const messageKey = (brand: string, id: string): string => key('message', brand, id);

/** What the sender calls the event: a Message-ID is unique in the world, an id of another kind within its source. */
export const ownIdOf = ({ brand, source, content }: InquiryRaw, { messageId }: ParsedInquiry): string | null => {
  if (messageId !== null) return messageKey(brand, messageId);
  return content.sourceEventId === null ? null : key('event', brand, source, content.sourceEventId);
};

/**
 * Two records of one contact with the same of all this say the same. A mail that comes by two ways under one Message-ID may have
 * got a list's tag and footer on one of them; without an id of its own a subject counts as it stands.
 */
const contentKey = (raw: InquiryRaw, parsed: ParsedInquiry): string => {
  const { content, attachments, brand } = raw;
  const hasOwnId = ownIdOf(raw, parsed) !== null;
  return key('content', brand, parsed.contact, [
    parsed.inReplyTo[0] ?? null,
    content.threadId,
    hasOwnId ? withoutListTag(parsed.subject) : words(parsed.subject),
    words(parsed.text),
    tellingFields(content.metadata, { hasOwnId }),
    attachments.map(({ sha256 }) => sha256),
    // Of a text that was cut only its beginning stands here.
    content.cut === undefined ? null : fingerprintIn(raw),
  ]);
};

/** Asked for when states are loaded and again when it is decided: hashed once. */
const known = new WeakMap<ParsedInquiry, { readonly raw: InquiryRaw; readonly keys: InquiryKeys }>();

/** Every key an inquiry may be found under, from its text and headers alone. */
export const inquiryKeys = (raw: InquiryRaw, parsed: ParsedInquiry): InquiryKeys => {
  const before = known.get(parsed);
  if (before?.raw === raw) return before.keys;
  const keys = keysOf(raw, parsed);
  known.set(parsed, { raw, keys });
  return keys;
};

const keysOf = (raw: InquiryRaw, parsed: ParsedInquiry): InquiryKeys => {
  const { brand, source, content } = raw;
  const { contactId, messageId } = parsed;
  const subject = bareSubject(parsed.subject);
  return {
    receipt: key('receipt', raw.inquiryId),
    content: contentKey(raw, parsed),
    message: messageId === null ? null : messageKey(brand, messageId),
    replies: parsed.inReplyTo.map((id) => messageKey(brand, id)),
    references: parsed.references.map((id) => messageKey(brand, id)),
    sourceThread: content.threadId === null ? null : key('thread', brand, source, content.threadId),
    subject: contactId === null || subject === '' ? null : key('subject', brand, contactId, subject),
    pace: contactId === null ? null : key('pace', brand, contactId),
  };
};

export const allKeys = ({ replies, references, ...single }: InquiryKeys): readonly string[] => [
  ...new Set([...Object.values(single).filter((one) => one !== null), ...replies, ...references]),
];

/** What is remembered and still counts at a moment. */
export interface Recall {
  inquiry(key: string | null): SeenInquiry | undefined;
  pace(key: string | null): MessagePace | undefined;
}

export const recallAt = (receivedAt: string, get: (key: string) => Remembered | undefined): Recall => {
  const live = (wanted: string | null): Remembered | undefined => {
    const found = wanted === null ? undefined : get(wanted);
    return found !== undefined && found.until >= receivedAt ? found : undefined;
  };
  return {
    inquiry(wanted) {
      const found = live(wanted);
      return found !== undefined && 'inquiryId' in found ? found : undefined;
    },
    pace(wanted) {
      const found = live(wanted);
      return found !== undefined && 'slotMs' in found ? found : undefined;
    },
  };
};
