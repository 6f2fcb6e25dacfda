import { bounds } from '@sluice/contracts';
import { z } from 'zod';
import { cleanLine } from '../domain/clean-text.ts';
import { SOURCE } from './sender-keys.ts';

/** A field that form builders send empty is no field. */
const filled = (value: string | null | undefined): string | null => value?.trim() || null;

const part = (what: string) => z.string().nullish().transform(filled).describe(what);
/** What is longer than its bound is cut, said in the event, and kept whole in the blob store. */
const cut = (what: string, characters: number) => part(`${what}; longer than ${characters} characters it is cut`);

/** Names something of the sender's: half of it would name something else. */
const ownId = (what: string) =>
  z
    .string()
    .nullish()
    .transform((value) => cleanLine(value ?? '') || null)
    .refine((id) => id === null || id.length <= bounds.id, `is longer than ${bounds.id} characters`)
    .describe(`${what}; at most ${bounds.id} characters`);

/** What browsers let through as an address (HTML standard) must not be refused here. */
const ADDRESS = z.email({ pattern: z.regexes.html5Email });
/** What is too long for an address is cut away with all else that is too long, instead of refusing the inquiry. */
const isEmail = (text: string): boolean => text.length > bounds.email || ADDRESS.safeParse(text).success;

/** An e-mail address, or an empty field. */
export const emailField = part('E-mail address').refine(
  (text) => text === null || isEmail(text),
  'is no e-mail address',
);

const contactBody = z.strictObject({
  email: emailField,
  name: cut('Full name', bounds.name),
  phone: cut('Any notation; E.164 afterwards', bounds.name),
  title: cut('Job title', bounds.name),
  company: cut('Company', bounds.name),
  website: cut('Web address', bounds.website),
  country: cut('ISO 3166-1 alpha-2, or the English name', bounds.name),
});

/** Body of `POST /v1/inquiries`, and one row of a batch. */
export const inquiryBody = z
  .strictObject({
    source: z
      .string()
      .regex(SOURCE, 'must be lower-case letters, digits, and _ . - between them')
      .describe('Which form or system sends this'),
    eventId: ownId(
      "The source's own id of this event: the same sent again with the same id is the same inquiry. Without one, the content is its identity",
    ),
    threadId: ownId("The source's id of the conversation"),
    contact: contactBody.prefault({}),
    subject: cut('Subject line', bounds.subject),
    text: z
      .string()
      .nullish()
      .transform((value) => value ?? '')
      .describe(`What was written; longer than ${bounds.text} characters it is cut`),
    metadata: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .default({})
      .describe(
        `Any further fields of the form: ${bounds.fields} of them, names of ${bounds.name} and texts of ${bounds.fieldValue} characters; what is more is cut`,
      ),
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
