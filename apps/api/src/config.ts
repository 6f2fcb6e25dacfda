import { Secret } from '@sluice/kernel';
import { kafkaKeys, postgresKeys, readConfig, secret, serviceKeys } from '@sluice/service';
import { z } from 'zod';

const schema = z.object({
  ...serviceKeys,
  ...kafkaKeys,
  ...postgresKeys,
  SLUICE_API_KEYS: secret('sl_<env>_<id>_<secret>:scope+scope, separated by commas'),
  SLUICE_SLACK_SIGNING_SECRET: secret(
    'Signing secret of the Slack app, whose interactivity URL is <this API>/v1/slack/interactions; without it clicks are not taken',
  ).optional(),
  SLUICE_SLACK_RESPONSE_ORIGIN: z
    .url()
    .default('https://hooks.slack.com')
    .describe('Where what came of a click may be told, and nowhere else'),
  SLUICE_ADMIN_BEARER_TOKEN: z
    .string()
    .default('')
    .transform((value) => new Secret(value))
    .describe('Tokens that may administer at /v1/admin/*, separated by a comma; empty: only API keys may'),
});
export type ApiConfig = z.output<typeof schema>;

/** Everything the API is told from outside. @throws ConfigError naming all faults. */
export const readApiConfig = (): ApiConfig => readConfig(schema, process.env);
