import { DEFAULT_MODEL_CONCURRENCY, LONGEST_REST_MS } from '@sluice/llm';
import { kafkaKeys, postgresKeys, readConfig, redisKeys, secret, serviceKeys } from '@sluice/service';
import { z } from 'zod';

const schema = z.object({
  ...serviceKeys,
  ...kafkaKeys,
  ...postgresKeys,
  ...redisKeys,
  SLUICE_MODEL_BASE_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Any OpenAI-compatible server, with its version path; without it rules decide alone'),
  SLUICE_MODEL_API_KEY: secret('Key of that server; left out where it wants none').optional(),
  SLUICE_MODEL_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(DEFAULT_MODEL_CONCURRENCY)
    .describe('Questions this process has under way at a time'),
  SLUICE_MODEL_LONGEST_REST_SECONDS: z.coerce
    .number()
    .min(1)
    .max(3_600)
    .default(LONGEST_REST_MS / 1_000)
    .describe('Seconds the model server is left alone at most, whatever its Retry-After asks'),
  SLUICE_CONTACT_SECRET: secret(
    'Secret of the brand under which contacts are named; with it a conversation keeps its tokens across processes',
  ).optional(),
});
export type ClassifierConfig = z.output<typeof schema>;

/** Everything the classifier is told from outside. @throws ConfigError naming all faults. */
export const readClassifierConfig = (): ClassifierConfig => readConfig(schema, process.env);
