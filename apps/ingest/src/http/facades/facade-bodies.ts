import { bounds } from '@sluice/contracts';
import { z } from 'zod';
import { emailField } from '../inquiry-body.ts';

const said = (what: string) => z.union([z.string(), z.number()]).nullish().describe(what);
/** An id of the sender's: half of it would name something else. */
const id = z.string().max(bounds.id, `is longer than ${bounds.id} characters`);
const further = 'Any further field is kept as metadata.';

/** Document 000: the raw payload of a form, whatever its fields are called. */
export const leadsIntakeBody = z
  .looseObject({
    external_id: said("The form's own id of the entry: a repeat with the same id is the same lead"),
    name: said('Full name; first_name and last_name do as well'),
    email: emailField,
    phone: said('Phone, in any notation'),
    title: said('Job title'),
    company: said('Company'),
    website: said('Web address'),
    country: said('Country'),
    product_interest: said('What they are interested in'),
    free_text: said('What was written; message does as well'),
    utm_source: said('Campaign fields, kept as they are'),
    page_url: said('Page of the form'),
  })
  .describe(`A web form's fields. ${further}`);

/** Document 002, as its example has it. */
export const leadCaptureBody = z
  .looseObject({
    name: said('Full name'),
    email: emailField,
    phone: said('Phone, in any notation'),
    company: said('Company'),
    jobTitle: said('Job title'),
    industry: said('Industry'),
    companySize: said('People of the company, as a number or a text: 50, "51-200", "200+", "1,000"'),
    source: said('referral, organic, paid, or another word'),
  })
  .describe(`A captured lead. ${further}`);

/** Document 003: `{event_id, email, first_name?, last_name?, subject?, message, metadata?}`. */
export const intakeWebhookBody = z
  .looseObject({
    event_id: id.min(1).describe("The sender's own id: a repeat with the same id is the same lead"),
    email: emailField.refine((email) => email !== null, 'is missing'),
    first_name: said('First name'),
    last_name: said('Last name'),
    subject: said('Subject'),
    message: z.string().min(1).describe('What was written'),
    metadata: z.record(z.string(), z.unknown()).nullish().describe('Any further fields'),
  })
  .describe(`A new lead. ${further}`);

/** Document 004 names no fields: those of its sample leads. */
export const leadWebhookBody = z
  .looseObject({
    lead_id: said("The sender's own id of the lead; GET /admin/leads/{lead_id} knows it afterwards"),
    name: said('Full name'),
    email: emailField,
    title: said('Job title'),
    company: said('Company'),
    country: said('Country'),
    message: said('What was written'),
  })
  .describe(`A new lead. ${further}`);

const attachments = z.array(z.unknown()).nullish().describe('Names, types and sizes of attachments');
const mailbox = z.string().nullish();

/** Document 000: a mail as its watcher posts it. */
export const emailHookBody = z
  .looseObject({
    message_id: z.string().nullish().describe('Message-ID'),
    subject: z.string().nullish().describe('Subject'),
    sender: mailbox.describe('Who wrote: an address, or a name and an address'),
    snippet: z.string().nullish().describe('The beginning of the text, where there is no body'),
    body: z.string().nullish().describe('The text'),
    attachments,
  })
  .describe('A new message of a mailbox');

/** Document 001E: a watched mail, whole, by its fields, or by its ids. */
export const emailWebhookBody = z
  .looseObject({
    message_id: id.min(1).describe("Message-ID, or the provider's id"),
    thread_id: id.nullish().describe("The provider's id of the thread"),
    raw: z.string().nullish().describe('The whole mail, base64 or base64url, as Gmail gives it'),
    subject: z.string().nullish().describe('Subject'),
    sender: mailbox.describe('Who wrote'),
    body_text: z.string().nullish().describe('The text'),
    body_html: z.string().nullish().describe('The markup, where there is no text'),
    attachments,
  })
  .describe(
    'A new mail. Without the mail or its fields its id waits as a dead letter (mail-not-here), and the answer says `mail: awaited`, until the mail comes under the same ids',
  );
