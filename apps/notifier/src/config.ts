import { connectorDefinitions } from '@sluice/connectors';
import { kafkaKeys, postgresKeys, readConfig, secret, serviceKeys, type Environment } from '@sluice/service';
import { z } from 'zod';

const milliseconds = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** Providers' own settings, by their definitions. What they hold is read by the definition alone. */
const connectorKeys: Readonly<Record<string, z.ZodType>> = Object.assign(
  {},
  ...connectorDefinitions.map(({ keys }) => keys),
);

const isSmtpUrl = (text: string): boolean =>
  /^smtps?:$/u.test(URL.parse(text)?.protocol ?? '') && URL.parse(text)?.hostname !== '';

const ownKeys = {
  ...serviceKeys,
  ...kafkaKeys,
  ...postgresKeys,
  SLUICE_EFFECT_MODE: z
    .enum(['off', 'propose', 'sandbox', 'live'])
    .default('live')
    .describe('The freest mode of this deployment: the stricter of this and the playbook’s counts'),
  SLUICE_SLACK_TOKEN: secret(
    'Bot token; without it nothing is posted, and what would be is settled as skipped',
  ).optional(),
  SLUICE_SLACK_API_URL: z.url().optional().describe('Base of the Web API, where it is not Slack itself'),
  SLUICE_SLACK_BUTTONS: z
    .stringbool()
    .default(false)
    .describe('Puts buttons under messages; the API hears clicks, with SLUICE_SLACK_SIGNING_SECRET'),
  SLUICE_SLACK_SANDBOX: z
    .string()
    .min(1)
    .default('#sluice-sandbox')
    .describe('Channel that stands in for all others in the sandbox'),
  SLUICE_SLACK_PER_SECOND: z.coerce
    .number()
    .positive()
    .max(10_000)
    .default(1)
    .describe('Messages per second and channel, on average; Slack allows about one'),
  SLUICE_SLACK_BURST: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(30)
    .describe('Messages that a quiet channel may get at once'),
  SLUICE_WEBHOOK_URL: z
    .url()
    .optional()
    .describe('Base of the subscribers: <base>/<subscriber>; without it nothing is delivered'),
  SLUICE_WEBHOOK_SECRET: secret(
    'whsec_…, as Standard Webhooks has it; two, the new one first, separated by a space, while one is rotated',
  ).optional(),
  SLUICE_WEBHOOK_PUBLIC_ONLY: z
    .stringbool()
    .default(false)
    .describe('Refuses subscribers in networks that are not public'),
  SLUICE_WEBHOOK_SANDBOX: z
    .string()
    .min(1)
    .default('sandbox')
    .describe('Subscriber that stands in for all others in the sandbox'),
  SLUICE_WEBHOOK_PER_SECOND: z.coerce
    .number()
    .positive()
    .max(10_000)
    .default(200)
    .describe('Deliveries per second and subscriber, on average and at once'),
  SLUICE_SMTP_URL: secret(
    'smtp://user:password@host:587, or smtps://…; without it nobody is answered by mail, and what would be is settled as skipped',
  )
    .refine((url) => isSmtpUrl(url.reveal()), 'is no address such as smtp://user:password@mail.example:587')
    .optional(),
  SLUICE_MAIL_FROM: z
    .string()
    .max(320)
    .regex(/@/, 'is no address such as "Acme <hello@acme.example>"')
    .optional()
    .describe('Whom answers come from where a playbook does not say: Acme <hello@acme.example>'),
  SLUICE_MAIL_SANDBOX: z
    .email()
    .optional()
    .describe('Mailbox that stands in for all others in the sandbox; without it nothing is sent there'),
  SLUICE_ANSWERS_A_DAY: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(5)
    .describe(
      'Answers one person gets within 24 hours by themselves; what is beyond goes to people: two machines may be answering each other',
    ),
  SLUICE_MAIL_PER_SECOND: z.coerce
    .number()
    .positive()
    .max(10_000)
    .default(5)
    .describe('Mails per second and mail server, on average and at once'),
  SLUICE_SINK_TIMEOUT_MS: milliseconds(500, 60_000).default(10_000).describe('Milliseconds one call may take'),
  SLUICE_SINK_TRIES: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(4)
    .describe('Calls spent on one effect; a provider that is busy, away or refuses our credentials costs none'),
  SLUICE_SINK_BACKOFF_MS: milliseconds(10, 600_000)
    .default(1_000)
    .describe('Milliseconds before the second call; doubles, with jitter'),
  SLUICE_SINK_BACKOFF_MAX_MS: milliseconds(10, 3_600_000).default(60_000).describe('Longest such wait'),
  SLUICE_SINK_GRACE_MS: milliseconds(0, 600_000)
    .default(2_000)
    .describe('Milliseconds an unanswered call may still be under way at the provider; it is asked after that'),
  SLUICE_SINK_GIVE_UP_HOURS: z.coerce
    .number()
    .positive()
    .max(720)
    .default(24)
    .describe('Age at which an effect that could not be done is given up'),
  SLUICE_SINK_MEND_HOURS: z.coerce
    .number()
    .positive()
    .max(8_760)
    .default(168)
    .describe('The same for an effect that waits until a person mends a token, a channel or a subscriber’s address'),
  SLUICE_SINK_REST_MS: milliseconds(10, 3_600_000)
    .default(10_000)
    .describe('Milliseconds a destination is left alone after five failures in a row'),
  SLUICE_LEDGER_CONTENT_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .max(3_650)
    .default(30)
    .describe('Days after settling that an effect’s content is kept where its playbook’s retention can’t be looked up'),
  SLUICE_LEDGER_RECEIPT_DAYS: z.coerce
    .number()
    .int()
    .min(60)
    .max(36_500)
    .default(730)
    .describe('Days after settling that a receipt is kept where the playbook’s retention.auditDays says nothing'),
  SLUICE_LANE_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(20)
    .describe('Calls of one lane at a time, per process'),
};

const own = z.object(ownKeys);
export type NotifierConfig = z.output<typeof own> & Readonly<Record<string, unknown>>;

const schema = z.object({ ...connectorKeys, ...ownKeys }).superRefine((config, { addIssue }) => {
  for (const { key, message } of connectorDefinitions.flatMap((one) => one.faultsOf(config)))
    addIssue({ code: 'custom', path: [key], message });
});

/** Everything the notifier is told from outside. @throws ConfigError naming all faults. */
export const readNotifierConfig = (environment: Environment = process.env): NotifierConfig =>
  readConfig(schema, environment) as NotifierConfig;
