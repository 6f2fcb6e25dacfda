import { z } from 'zod';
import { contract, type DataOf } from '../contract.ts';
import {
  answerTo,
  attachment,
  blobReference,
  channel,
  contact,
  contactId,
  conversationId,
  count,
  cut,
  inquiryId,
  instant,
  metadata,
  share,
  term,
} from '../fields.ts';

/** A stretch of the message that was taken out of `text`, in UTF-16 units of the original plain text. */
const removed = z.object({ kind: z.enum(['quote', 'signature', 'footer']), start: count, end: count });

const automation = z.object({
  kind: z.enum(['none', 'auto-reply', 'bounce', 'list', 'loop']),
  /** The headers that said so, by name. */
  evidence: z.array(z.string()),
});

/** How the conversation was chosen: the choice is explainable. */
const thread = z.object({
  evidence: z.enum(['reply-headers', 'source-thread', 'contact-subject', 'new']),
  /** Messages of this conversation seen so far, this one included. */
  size: count,
});

/** What every event after normalisation carries of the inquiry itself. */
export const normalizedFields = {
  inquiryId,
  conversationId,
  brand: term,
  source: term,
  channel,
  receivedAt: instant,
  contactId: contactId.nullable(),
  /** Registrable domain of the sender's company; null for free-mail and disposable domains. */
  companyDomain: z.string().nullable(),
  /** What kind of address wrote: decides hard rules without showing the address. */
  addressKind: z.enum(['company', 'free-mail', 'disposable', 'unknown']),
  roleAddress: z.boolean(),
  language: z.object({ code: z.string(), confidence: share }),
  automation,
  thread,
  contact,
  content: z.object({
    subject: z.string().nullable(),
    /** The last human message as plain text, quotes and signature removed. */
    text: z.string(),
    removed: z.array(removed),
    metadata,
    /** Of a mail that has a Message-ID. */
    answerTo: answerTo.optional(),
    /** Parts that stand here shortened; absent where none does. */
    cut: z.array(cut).optional(),
    /** All that was sent, where a part of it was cut: a raw mail, a form's body, a row. */
    whole: blobReference.optional(),
  }),
  attachments: z.array(attachment),
};

/** One inquiry understood in form: who, where, which conversation, in what language, without quotes and signatures. */
export const inquiryNormalized = {
  v1: contract('inquiry.normalized.v1', {
    key: (inquiry) => inquiry.conversationId,
    subject: (inquiry) => inquiry.inquiryId,
    schema: z.object({ ...normalizedFields, normalizedAt: instant }),
  }),
};
export type InquiryNormalized = DataOf<typeof inquiryNormalized.v1>;
