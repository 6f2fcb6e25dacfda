import { z } from 'zod';
import { mode, name, term, whole } from './words.ts';

const reach = mode
  .default('off')
  .describe("`off`, `propose` (a person confirms each), `sandbox` (the provider's test account), `live`");

const slack = z.strictObject({
  mode: mode.describe('`off`, `propose`, `sandbox` or `live`'),
  channels: z.record(z.string(), z.string()).default({}).describe('Channel by queue'),
  otherwise: z.string().describe('Channel of every other queue'),
  review: z
    .string()
    .nullable()
    .default(null)
    .describe('Channel for what a person must look at; null: that of the queue'),
  fields: z.array(z.string()).default([]).describe('Extraction fields shown beside the summary, in this order'),
  redactAttachments: z.array(term).default([]).describe('Categories whose attachments are not named'),
});

const to = <const Provider extends readonly [string, ...string[]]>(providers: Provider) =>
  z.strictObject({
    mode: reach,
    provider: z.enum(providers).nullable().default(null).describe('Which product; null: none chosen'),
    queues: z.array(term).default([]).describe('Only inquiries of these queues; none: all'),
    within: name
      .nullable()
      .default(null)
      .describe('Calendar in whose hours it is used, and for which it waits; null: at any hour'),
    notCategories: z.array(term).default([]).describe('Categories that are never written'),
  });

const booking = to(['calendly', 'gcal']).extend({
  link: z
    .url({ protocol: /^https?$/u, error: 'is no http or https address' })
    .max(2_000)
    .nullable()
    .default(null)
    .describe(
      'Where a call is booked: templates have it as booking_link; null: none, and a template that needs it is not sent',
    ),
});

const mail = to(['smtp', 'sendgrid', 'ses']).extend({
  from: z
    .string()
    .max(320)
    .regex(/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/u, 'is no address such as "Acme <hello@acme.example>"')
    .nullable()
    .default(null)
    .describe('Whom answers come from: `Acme <hello@acme.example>`; null: the address of the deployment'),
});

const crm = to(['hubspot', 'salesforce', 'pipedrive', 'webhook']).extend({
  pipeline: z
    .string()
    .min(1)
    .max(120)
    .nullable()
    .default(null)
    .describe('Pipeline of new deals, by its id; null: the first'),
  stage: z.string().min(1).max(120).nullable().default(null).describe('Stage of new deals, by its id; null: the first'),
});

const helpdesk = to(['zendesk', 'freshdesk', 'help-scout', 'intercom']).extend({
  groups: z
    .record(z.string(), z.string().min(1).max(120))
    .default({})
    .describe("The helpdesk's group by queue, by its id; without one nobody's"),
});

const table = to(['airtable']).extend({
  table: z.string().min(1).max(120).default('Tickets').describe('The table that has the rows'),
});

const marketing = to(['mailchimp', 'activecampaign']).extend({
  list: z
    .string()
    .min(1)
    .max(120)
    .nullable()
    .default(null)
    .describe('The list somebody is put on, by its id; null: none'),
  tags: z.array(z.string().min(1).max(100)).default([]).describe('Tags that somebody is given'),
  automation: z
    .string()
    .min(1)
    .max(120)
    .nullable()
    .default(null)
    .describe('The automation somebody enters, by its id; null: none'),
});

const sms = to(['twilio', 'sns']).extend({
  numbers: z
    .array(z.string().regex(/^\+[1-9]\d{6,14}$/, 'is no telephone number such as +4915112345678'))
    .default([])
    .describe('Telephone numbers that are told, E.164'),
});

const approval = z.strictObject({
  hours: whole('hours', [1, 720])
    .default(48)
    .describe('How long what is proposed waits for a person; it is not done afterwards'),
});

export const sinksSchema = z
  .strictObject({
    slack: slack.describe('Messages to a team'),
    webhooks: z
      .array(
        z.strictObject({
          name: name.describe("The subscriber's name in the notifier's configuration"),
          mode: mode.describe('`off`, `propose`, `sandbox` or `live`'),
        }),
      )
      .default([])
      .describe('Subscribers'),
    crm: crm.prefault({}).describe('Contacts, companies, deals and notes'),
    helpdesk: helpdesk.prefault({}).describe('Tickets, notes and replies'),
    table: table.prefault({}).describe('A row for each inquiry, in a table that people keep'),
    mail: mail.prefault({}).describe('Replies and alerts by mail'),
    sms: sms.prefault({}).describe('Short messages to the people in charge'),
    marketing: marketing.prefault({}).describe('Nurture sequences'),
    booking: booking.prefault({}).describe('Meeting times and the booking link'),
    approval: approval.prefault({}).describe('What is proposed, and for how long'),
  })
  .describe('Where decisions are carried to, and how far');
