import { z } from 'zod';

const text = (max: number, what: string) =>
  z
    .string()
    .max(max)
    .nullish()
    .transform((value) => value ?? null)
    .describe(what);

const contactBody = z.strictObject({
  email: z
    .email('is no e-mail address')
    .max(320)
    .nullish()
    .transform((value) => value ?? null),
  name: text(300, 'Full name'),
  phone: text(60, 'Any notation; E.164 afterwards'),
  title: text(200, 'Job title'),
  company: text(300, 'Company'),
  website: text(500, 'Web address'),
  country: text(100, 'ISO 3166-1 alpha-2, or the English name'),
});

/** Body of `POST /v1/inquiries`, and one row of a batch. */
export const inquiryBody = z
  .strictObject({
    source: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_.-]{0,62}$/, 'must be lower-case letters, digits, and _ . - between them')
      .describe('Which form or system sends this'),
    eventId: text(
      500,
      "The source's own id of this event: a repeat with the same id is the same inquiry. Without one, the content is its identity",
    ),
    threadId: text(500, "The source's id of the conversation"),
    contact: contactBody.prefault({}),
    subject: text(1_000, 'Subject line'),
    text: z.string().max(50_000).default('').describe('What was written'),
    metadata: z
      .record(z.string().max(120), z.union([z.string().max(4_000), z.number(), z.boolean(), z.null()]))
      .default({})
      .describe('Any further fields of the form'),
  })
  .refine(
    ({ text: said, subject, metadata, contact }) =>
      said.trim() !== '' ||
      subject !== null ||
      Object.keys(metadata).length > 0 ||
      contact.email !== null ||
      contact.phone !== null,
    { path: ['text'], message: 'nothing is said: give a text, a subject, metadata, or how to reach somebody' },
  );

export type InquiryBody = z.output<typeof inquiryBody>;
