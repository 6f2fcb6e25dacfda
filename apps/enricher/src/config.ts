import { kafkaKeys, postgresKeys, readConfig, redisKeys, secret, serviceKeys } from '@sluice/service';
import { z } from 'zod';

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean),
);

const schema = z.object({
  ...serviceKeys,
  ...kafkaKeys,
  ...postgresKeys,
  ...redisKeys,
  SLUICE_FIRMOGRAPHICS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Base of the provider asked for companies, GET <base>/v1/companies/<domain>; without it the table is used',
    ),
  SLUICE_FIRMOGRAPHICS_API_KEY: secret('Sent to the provider as a bearer token').optional(),
  SLUICE_COMPANIES_FILE: z
    .string()
    .optional()
    .describe('JSON list of companies {domain, name, employees, industry, country}, where no provider is asked'),
  SLUICE_WEBSITE_BASE_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Mirror or simulator: <base>/<host>/<path> is visited instead of the host'),
  SLUICE_WEBSITE_TEXTS_FILE: z
    .string()
    .optional()
    .describe('JSON object of home page texts by host, where no site may be visited'),
  SLUICE_WEBSITE_ALLOWED_NETWORKS: list
    .pipe(z.array(z.union([z.cidrv4(), z.cidrv6()])))
    .default([])
    .describe('CIDRs, separated by commas, that may be visited although they are not public'),
});
export type EnricherConfig = z.output<typeof schema>;

/** Everything the enricher is told from outside. @throws ConfigError naming all faults. */
export const readEnricherConfig = (): EnricherConfig => readConfig(schema, process.env);
