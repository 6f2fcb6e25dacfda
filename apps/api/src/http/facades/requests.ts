import { bareMessageId } from '@sluice/policy';
import { z } from 'zod';
import { text } from '../requests.ts';

const name = z.string().trim().min(1).max(500);

/** Document 001A: `Input: message_id, thread_id`. */
export const triageBody = z.looseObject({
  message_id: name.describe('Message-ID of a mail that has come in'),
  thread_id: name.nullish().describe("The provider's id of its thread"),
});

/** Document 001E: `replay by email_id`. */
export const replayEmailBody = z.looseObject({
  email_id: name.describe("As POST /webhook/email answered it, or the mail's Message-ID"),
  thread_id: name.nullish().describe('Beside a Message-ID, where the mail came with one'),
});

/** Document 004: what POST /webhooks/lead answered. */
export const leadPath = z.object({ lead_id: text(500) });

/** What a mail's source may have called its event. */
export const mailIds = (messageId: string, threadId: string | null | undefined): readonly string[] => {
  const own = bareMessageId(messageId);
  return threadId ? [`${own}+${threadId}`, own] : [own];
};

const TIME = String.raw`(?:[01]\d|2[0-3]):[0-5]\d`;
const reason = z
  .string()
  .trim()
  .min(3)
  .max(500)
  .optional()
  .describe('Why: stands in the history of the playbook; left out, the history names the path');
const NAME = 'takes lower-case letters, digits, and _ . - between them';
const id = z
  .string()
  .trim()
  .regex(/^[a-z0-9][a-z0-9_.-]{0,62}$/u, NAME)
  .describe('Lower-case letters, digits, and _ . - between them');
const question = z.string().describe('As customers ask it');
const answer = z.string().describe('The approved answer');
const link = z.string().trim().nullable().describe('Where a call is booked; null: nowhere');

const quietHours = z
  .string()
  .regex(new RegExp(`^${TIME}-(?:${TIME}|24:00)$`, 'u'), 'hh:mm-hh:mm, in 24 hours')
  .refine((span) => span.slice(0, 5) !== span.slice(6), 'must not end when it begins')
  .nullable()
  .describe('When the owner gets no short messages, over midnight too: 22:00-07:00; null: at any hour they may come');

/** What is left out stays as it is. */
export const settingsBody = z.strictObject({
  booking_link: link.optional(),
  booking_provider: z.string().nullable().optional().describe('calendly or gcal'),
  thresholds: z
    .strictObject({
      review_below: z.number().optional().describe('Confidence below which a person looks, from 0 to 1'),
      auto_send: z
        .number()
        .nullable()
        .optional()
        .describe('Confidence from which a reply may go out unseen; null: never'),
    })
    .optional(),
  quiet_hours: quietHours.optional(),
  quiet_hours_zone: z.string().optional().describe('IANA time zone of the quiet hours: Europe/Berlin'),
  reason,
});

export const toneBody = z.strictObject({
  tone: z.string().trim().describe('The tone in which answers are written'),
  reason,
});

export const faqBody = z.strictObject({ id: id.optional(), question, answer, reason });

/** One question by its id, or the whole list in its order. */
export const faqsBody = z.union(
  [
    z.strictObject({ id, question: question.optional(), answer: answer.optional(), reason }),
    z.strictObject({ faqs: z.array(z.strictObject({ id, question, answer })), reason }),
  ],
  'is neither one question ({id, question, answer}) nor the whole list ({faqs: […]})',
);

export const faqQuery = z.strictObject({
  id: text(63).describe('Of the question'),
  reason: text(500).optional().describe('As in a body'),
});

export const templateBody = z.strictObject({
  name: id,
  subject: z.string().optional().describe('A Liquid template; needed for a new one'),
  text: z.string().optional().describe('A Liquid template; needed for a new one'),
  enabled: z.boolean().optional().describe('Left out of a new one: off'),
  category: z.string().nullable().optional().describe('The category it answers; null: any'),
  slots: z.array(z.string()).optional().describe('Variables that must be filled before it may be sent'),
  reason,
});

export const configVersionBody = z.strictObject({
  version: z.int().min(1).max(1_000_000).describe('A config version that was active before'),
  reason,
});
