import { z } from 'zod';
import { contract, type DataOf } from '../contract.ts';
import { attachment, channel, contact, count, inquiryId, instant, metadata, sha256, term } from '../fields.ts';

/** A raw mail travels in the event up to 256 KiB; above that it lies in the blob store. */
const mail = z.discriminatedUnion('at', [
  z.object({ at: z.literal('inline'), base64: z.base64() }),
  z.object({ at: z.literal('blob'), sha256, bytes: count }),
]);

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
        sourceEventId: z.string(),
        /** The source's own thread id, where it has one. */
        threadId: z.string().nullable(),
        subject: z.string().nullable(),
        text: z.string().nullable(),
        metadata,
        mail: mail.nullable(),
      }),
      attachments: z.array(attachment),
    }),
  }),
};
export type InquiryRaw = DataOf<typeof inquiryRaw.v1>;
