import { z } from 'zod';
import { instant, share, term } from '../fields.ts';

/** An inquiry as a system of record is told of it. Personal data. */
const record = {
  person: z.object({ email: z.string().nullable(), name: z.string().nullable(), phone: z.string().nullable() }),
  /** Whom they speak for; null where that is not known. */
  company: z.object({ name: z.string().nullable(), domain: z.string().nullable() }).nullable(),
  inquiry: z.object({
    subject: z.string().nullable(),
    summary: z.string(),
    category: term,
    label: term.nullable(),
    priority: term,
    score: z.number(),
    confidence: share,
    queue: term,
    channel: term,
    source: term,
    language: z.string(),
    receivedAt: instant,
    /** The first promise that falls due; null where none was made. */
    dueAt: instant.nullable(),
  }),
  /** Why it matters so much, in words of the playbook: the three rules with the most points. */
  reasons: z.array(z.object({ rule: term, points: z.number() })).max(3),
  /** What the text says, by field of the playbook's extraction. */
  fields: z.array(z.object({ name: z.string(), value: z.string() })),
};

/** `content` of a `crm.upsert`. */
export const crmContent = z.object({
  ...record,
  /** The deal that is to be open for it; null where it is none. An open one that is younger than `openWindowDays` is taken instead of a new one. */
  deal: z
    .object({ openWindowDays: z.number(), pipeline: z.string().nullable(), stage: z.string().nullable() })
    .nullable(),
});
export type CrmContent = z.output<typeof crmContent>;

/** `content` of a `helpdesk.ticket`. */
export const ticketContent = z.object({ ...record, group: z.string().nullable(), tags: z.array(z.string()) });
export type TicketContent = z.output<typeof ticketContent>;

/** `content` of a `table.row`. */
export const rowContent = z.object({ ...record, table: z.string() });
export type RowContent = z.output<typeof rowContent>;

/** `content` of a `marketing.enrol`: the list, the tags and the automation somebody is put into, by the provider's ids or names. */
export const enrolContent = z.object({
  ...record,
  list: z.string().nullable(),
  tags: z.array(z.string()),
  automation: z.string().nullable(),
});
export type EnrolContent = z.output<typeof enrolContent>;
export type RecordContent = CrmContent | TicketContent | RowContent | EnrolContent;

/** `content` of an `sms.message`. Personal data. */
export const smsContent = z.object({ to: z.string(), text: z.string() });
export type SmsContent = z.output<typeof smsContent>;
