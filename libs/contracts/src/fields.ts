import type { Branded } from '@sluice/kernel';
import { z } from 'zod';

/** Claims that what a schema accepts is a `B`. At run time the schema is unchanged, so its JSON Schema is too. */
const branded = <B extends string>(schema: z.ZodType): z.ZodType<Branded<B>> => schema as z.ZodType<Branded<B>>;

export const inquiryId = branded<'InquiryId'>(z.uuid());
export const conversationId = branded<'ConversationId'>(z.uuid());
export const decisionId = branded<'DecisionId'>(z.uuid());
export const effectId = branded<'EffectId'>(z.uuid());
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const contactId = branded<'ContactId'>(sha256);
export const playbookHash = branded<'PlaybookHash'>(sha256);
/** RFC 3339, UTC, in years that the log, JavaScript, PostgreSQL and calendars can all tell apart and count in. */
export const instant = z.iso
  .datetime()
  .max(32)
  .regex(/^(?!9999)(?:19[7-9]|[2-9]\d\d)\d-/, 'is no moment of the years 1970 to 9998');
export const count = z.int().nonnegative();
/** A probability. */
export const share = z.number().min(0).max(1);
/** A word of a playbook (category, label, queue, pool): data, so only its form is fixed here. */
export const term = z.string().min(1).max(120);
export const channel = z.enum(['form', 'mail', 'import']);

/** Who wrote, as far as is known. Personal data: may stand in an event under `contact` only. */
export const contact = z.object({
  email: z.string().nullable(),
  name: z.string().nullable(),
  /** E.164 once normalised; as it came before that. */
  phone: z.string().nullable(),
  title: z.string().nullable(),
  company: z.string().nullable(),
  website: z.string().nullable(),
  /** ISO 3166-1 alpha-2 once normalised. */
  country: z.string().nullable(),
});
export type Contact = z.output<typeof contact>;

/**
 * What an event holds of an inquiry at most. Enriched, scored and routed events and the journal carry these parts again, and none
 * may near the broker's limit of about one megabyte. What is longer is cut by intake and named under `content.cut`; the whole then
 * lies in the blob store, as `content.whole` says. In UTF-16 units where not told otherwise.
 */
export const bounds = {
  text: 50_000,
  subject: 1_000,
  /** Of a person, a company, a title, a file, a field; also a phone number with what was remarked on it. */
  name: 255,
  /** An e-mail address: a longer one is none. */
  email: 320,
  website: 2_000,
  mediaType: 127,
  /** An id of the sender's: of an event, a message or a thread. */
  id: 500,
  /** How many fields `metadata` has. */
  fields: 100,
  /** One value of `metadata`. */
  fieldValue: 4_000,
  /** Names and values of `metadata` together. */
  metadata: 60_000,
  /** How many attachments are told apart. */
  attachments: 100,
  /** How many stretches that were taken out of a mail's text are told of. */
  removed: 100,
  /** How many Message-IDs of one header are read. */
  references: 20,
} as const;

/** A part of an inquiry that stands shortened in its event. */
export const cut = z.object({
  /** Where, as a JSON pointer: `/content/text`, `/content/metadata/page_url`, `/attachments`. */
  field: z.string(),
  /** As it came: characters, or how many entries where a list or a map was cut. */
  length: count,
});
export type Cut = z.output<typeof cut>;

/** A mail as an answer refers to it: Message-IDs without brackets, with the case they were sent in. */
export const answerTo = z.object({ messageId: z.string(), references: z.array(z.string()) });

/** Where the bytes of something lie: in the blob store, under their own hash. */
export const blobReference = z.object({ sha256, bytes: count, mediaType: z.string() });

/** Where an attachment's bytes are: in the blob store, under their own hash. */
export const attachment = blobReference.extend({ filename: z.string().nullable() });
export type Attachment = z.output<typeof attachment>;

/** The sender's own fields, as they came. Personal data: stands under `content` only. */
export const metadata = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type Metadata = z.output<typeof metadata>;
