import { z } from 'zod';
import { mode, name, term } from './words.ts';

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
    crm: to(['hubspot', 'salesforce', 'pipedrive', 'webhook'])
      .prefault({})
      .describe('Contacts, companies, deals and notes'),
    helpdesk: to(['zendesk', 'freshdesk', 'help-scout', 'intercom'])
      .prefault({})
      .describe('Tickets, notes and replies'),
    table: to(['airtable']).prefault({}).describe('A row for each inquiry, in a table that people keep'),
    mail: mail.prefault({}).describe('Replies and alerts by mail'),
    sms: to(['twilio', 'sns']).prefault({}).describe('Short messages to the people in charge'),
    marketing: to(['mailchimp', 'activecampaign']).prefault({}).describe('Nurture sequences'),
    booking: booking.prefault({}).describe('Meeting times and the booking link'),
  })
  .describe('Where decisions are carried to, and how far');
