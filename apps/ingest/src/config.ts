import { kafkaKeys, postgresKeys, readConfig, redisKeys, Secret, secret, serviceKeys } from '@sluice/service';
import { z } from 'zod';

const MEBIBYTE = 1024 * 1024;

const schema = z.object({
  ...serviceKeys,
  ...kafkaKeys,
  ...postgresKeys,
  ...redisKeys,
  SLUICE_INTAKE_SECRETS: secret('HMAC secrets of senders, separated by a comma; two while one is rotated'),
  SLUICE_CONTACT_SECRET: secret('Secret of the brand under which contacts are named'),
  SLUICE_ADMIN_BEARER_TOKEN: z
    .string()
    .default('')
    .transform((value) => new Secret(value))
    .describe('Tokens of senders whose source says `bearer`, separated by a comma; empty: they are refused'),
  SLUICE_RATE_LIMIT: z.coerce.number().int().min(1).default(1_200).describe('Requests of one source per minute'),
  SLUICE_MAX_BODY_BYTES: z.coerce
    .number()
    .int()
    .min(1_024)
    .max(100 * MEBIBYTE)
    .default(25 * MEBIBYTE)
    .describe('Bytes of a request at most'),
});
export type IngestConfig = z.output<typeof schema>;

/** Everything intake is told from outside. @throws ConfigError naming all faults. */
export const readIngestConfig = (): IngestConfig => readConfig(schema, process.env);
