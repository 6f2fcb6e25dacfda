import { z } from 'zod';

const MOST_RECIPIENTS = 1_000;
const ARGS_BYTES = 10_000;
const RESERVED: ReadonlySet<string> = new Set([
  'x-sg-id',
  'x-sg-eid',
  'received',
  'dkim-signature',
  'content-type',
  'content-transfer-encoding',
  'to',
  'from',
  'subject',
  'reply-to',
  'cc',
  'bcc',
]);

const address = z.strictObject({
  email: z.email({ error: 'Does not contain a valid address.' }),
  name: z.string().optional(),
});
const recipients = z.array(address).max(MOST_RECIPIENTS);
const headers = z.record(z.string(), z.string()).superRefine((given, context) => {
  const reserved = Object.keys(given).find((name) => RESERVED.has(name.toLowerCase()));
  if (reserved !== undefined)
    context.addIssue({
      code: 'custom',
      message: `The header '${reserved}' is a reserved header and cannot be used.`,
      path: [reserved],
    });
});
const args = z
  .record(z.string(), z.string())
  .refine(
    (given) => Buffer.byteLength(JSON.stringify(given)) <= ARGS_BYTES,
    'Custom arguments exceed the 10000 byte limit.',
  );
const switched = z.strictObject({ enable: z.boolean().optional() });
const subject = z
  .string()
  .min(1, 'The subject is required. You can get around this requirement if you use a template with a subject defined.');
const part = z.strictObject({
  type: z
    .string()
    .min(1, 'The content type must be a string at least one character in length.')
    .regex(/^[^;\r\n]*$/u, "The content type cannot contain ';', or CRLF characters."),
  value: z.string().min(1, 'The content value must be a string at least one character in length.'),
});

const personalization = z.strictObject({
  from: address.optional(),
  to: recipients.min(
    1,
    'The to array is required for all personalization objects, and must have at least one email object with a valid email address.',
  ),
  cc: recipients.optional(),
  bcc: recipients.optional(),
  subject: subject.optional(),
  headers: headers.optional(),
  substitutions: z.record(z.string(), z.string()).optional(),
  dynamic_template_data: z.record(z.string(), z.unknown()).optional(),
  custom_args: args.optional(),
  send_at: z.int().optional(),
});
export type Personalization = z.output<typeof personalization>;

const order = (types: readonly string[]): string | null => {
  const [plain, html] = [types.indexOf('text/plain'), types.indexOf('text/html')];
  const once = (type: string): boolean => types.filter((one) => one === type).length <= 1;
  if (!once('text/plain') || !once('text/html'))
    return 'If present, text/plain and text/html may only be provided once.';
  return plain > 0 || html > (plain === 0 ? 1 : 0)
    ? 'If present, text/plain must be first, followed by text/html, followed by any other content.'
    : null;
};

/** `POST /v3/mail/send` as SendGrid's own description has it; that has `custom_args` as a string, which SendGrid does not. */
const shape = z.strictObject({
  personalizations: z
    .array(personalization)
    .min(1, 'You must have at least one personalization.')
    .max(MOST_RECIPIENTS, 'The personalization block is limited to 1000 personalizations per API request.'),
  from: address,
  reply_to: address.optional(),
  reply_to_list: recipients.optional(),
  subject: subject.optional(),
  content: z.array(part).min(1).optional(),
  attachments: z
    .array(
      z.strictObject({
        content: z.base64().min(1),
        type: z.string().min(1).optional(),
        filename: z.string().min(1),
        disposition: z.enum(['inline', 'attachment']).optional(),
        content_id: z.string().optional(),
      }),
    )
    .optional(),
  template_id: z.string().optional(),
  headers: headers.optional(),
  categories: z
    .array(z.string().max(255))
    .max(10)
    .refine((given) => new Set(given).size === given.length, 'The categories must be unique.')
    .optional(),
  custom_args: args.optional(),
  send_at: z.int().optional(),
  batch_id: z.string().optional(),
  asm: z.strictObject({ group_id: z.int(), groups_to_display: z.array(z.int()).max(25).optional() }).optional(),
  ip_pool_name: z.string().min(2).max(64).optional(),
  mail_settings: z
    .strictObject({
      bypass_list_management: switched.optional(),
      bypass_spam_management: switched.optional(),
      bypass_bounce_management: switched.optional(),
      bypass_unsubscribe_management: switched.optional(),
      footer: switched.extend({ text: z.string().optional(), html: z.string().optional() }).optional(),
      sandbox_mode: switched.optional(),
    })
    .optional(),
  tracking_settings: z
    .strictObject({
      click_tracking: switched.extend({ enable_text: z.boolean().optional() }).optional(),
      open_tracking: switched.extend({ substitution_tag: z.string().nullable().optional() }).optional(),
      subscription_tracking: switched
        .extend({ text: z.string().optional(), html: z.string().optional(), substitution_tag: z.string().optional() })
        .optional(),
      ganalytics: z.looseObject({ enable: z.boolean().optional() }).optional(),
    })
    .optional(),
});
export type Mail = z.output<typeof shape>;

interface Complaint {
  readonly message: string;
  readonly path: string[];
}

const repeated = ({ to, cc = [], bcc = [] }: Personalization, index: number): Complaint | null => {
  const seen = new Set<string>();
  for (const [field, addresses] of Object.entries({ to, cc, bcc }))
    for (const { email } of addresses) {
      const known = email.toLowerCase();
      if (seen.has(known))
        return {
          message: `Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of [${email}] in the personalizations.${index}.${field} field.`,
          path: ['personalizations', String(index)],
        };
      seen.add(known);
    }
  return null;
};

const SUBJECT =
  'The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.';
const CONTENT =
  'Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block.';

/** What of a mail as a whole does not fit. */
const complaintsAbout = (mail: Mail): readonly Complaint[] => {
  const { personalizations, template_id: template, content } = mail;
  const complaints: (Complaint | null)[] = personalizations.map(repeated);
  const recipientCount = personalizations.reduce(
    (sum, { to, cc = [], bcc = [] }) => sum + to.length + cc.length + bcc.length,
    0,
  );
  if (recipientCount > MOST_RECIPIENTS)
    complaints.push({
      message: 'There is a limit of 1000 total recipients (to + cc + bcc) per request.',
      path: ['personalizations'],
    });
  const hasSubject = mail.subject !== undefined || personalizations.every((one) => one.subject !== undefined);
  if (template === undefined && !hasSubject) complaints.push({ message: SUBJECT, path: ['subject'] });
  if (template === undefined && content === undefined) complaints.push({ message: CONTENT, path: ['content'] });
  const wrong = content === undefined ? null : order(content.map(({ type }) => type));
  if (wrong !== null) complaints.push({ message: wrong, path: ['content'] });
  return complaints.filter((one) => one !== null);
};

export const mail = shape.superRefine((given, context) => {
  for (const { message, path } of complaintsAbout(given)) context.addIssue({ code: 'custom', message, path });
});
