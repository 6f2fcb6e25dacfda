import { kafkaKeys, postgresKeys, readConfig, secret, serviceKeys } from '@sluice/service';
import { z } from 'zod';

const schema = z.object({
  ...serviceKeys, ...kafkaKeys, ...postgresKeys,
  SLUICE_SLACK_TOKEN: secret('Bot token; without it nothing is posted').optional(),
  SLUICE_SLACK_API_URL: z.url().optional().describe('Base of the Web API, where it is not Slack itself'),
  SLUICE_WEBHOOK_URL: z.url().optional().describe('Base of the subscribers: <base>/<subscriber>; without it nothing is delivered'),
  SLUICE_WEBHOOK_SECRET: secret('whsec_…, as Standard Webhooks has it').optional(),
  SLUICE_SINK_TIMEOUT_MS: z.coerce.number().int().min(500).max(60_000).default(10_000).describe('Milliseconds one call may take'),
  SLUICE_LANE_CONCURRENCY: z.coerce.number().int().min(1).max(100).default(20).describe('Calls of one lane at a time'),
});
export type NotifierConfig = z.output<typeof schema>;

/** Everything the notifier is told from outside. @throws ConfigError naming all faults. */
export const readNotifierConfig = (): NotifierConfig => readConfig(schema, process.env);
