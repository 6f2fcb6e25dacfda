import { z } from 'zod';
import { contract, type DataOf } from '../contract.ts';
import {
  answerTo,
  attachment,
  blobReference,
  channel,
  contact,
  count,
  cut,
  inquiryId,
  instant,
  metadata,
  sha256,
  term,
} from '../fields.ts';

/** A raw mail travels in the event up to 256 KiB; above that, or where a part of it was cut, it lies in the blob store. */
const mail = z.discriminatedUnion('at', [
  z.object({ at: z.literal('inline'), base64: z.base64() }),
  z.object({ at: z.literal('blob'), sha256, bytes: count }),
]);

/** What automatic mail says of itself, by header. Values are words of the standards, never addresses. */
const mailSigns = z.object({
  autoSubmitted: z.string().nullable(),
  precedence: z.string().nullable(),
  suppressesResponses: z.boolean(),
  nullReturnPath: z.boolean(),
  isReport: z.boolean(),
  listHeaders: z.array(z.string()),
  autoReplySubject: z.boolean(),
});
export type MailSigns = z.output<typeof mailSigns>;

/** What a mail's headers say besides who wrote and what about. Message-IDs are without brackets, in lower case. */
const mailHeaders = z.object({
  messageId: z.string().nullable(),
  inReplyTo: z.array(z.string()),
  references: z.array(z.string()),
  answerTo: answerTo.optional(),
  signs: mailSigns,
});
export type MailHeaders = z.output<typeof mailHeaders>;

/** One inbound thing as it came in, before anything was understood. Keyed by the dedupe key, which is the inquiryId. */
export const inquiryRaw = {
  v1: contract('inquiry.raw.v1', {
    key: (raw) => raw.inquiryId,
    subject: (raw) => raw.inquiryId,
    schema: z.object({
      inquiryId,
      brand: term,
      source: term,
      channel,
      receivedAt: instant,
      contact,
      content: z.object({
        /** The sender's own id of the event, or a mail's Message-ID. Null: there is none, and the content is the identity. */
        sourceEventId: z.string().nullable(),
        /** The source's own thread id, where it has one. */
        threadId: z.string().nullable(),
        /** Of a mail, as its headers have it. */
        subject: z.string().nullable(),
        /** Of a mail, its body as plain text, with quotes and signatures. Null for a mail that could not be read. */
        text: z.string().nullable(),
        metadata,
        mail: mail.nullable(),
        /** Of a mail that could be read when it came; absent otherwise. */
        headers: mailHeaders.optional(),
        /** SHA-256 over all that its sender decided, before anything was cut: tells a repeat from another inquiry under the same id. */
        fingerprint: sha256.optional(),
        /** Parts that stand here shortened; absent where none does. */
        cut: z.array(cut).optional(),
        /** The body as it was sent, where a part of a form or a row was cut. */
        whole: blobReference.optional(),
      }),
      attachments: z.array(attachment),
    }),
  }),
};
export type InquiryRaw = DataOf<typeof inquiryRaw.v1>;
