import { kafkaKeys, postgresKeys, readConfig, redisKeys, secret, serviceKeys } from '@sluice/service';
import { z } from 'zod';
import { senderKeys } from './http/sender-keys.ts';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

const bytes = (most: number) => z.coerce.number().int().min(KIBIBYTE).max(most);

const schema = z.object({
  ...serviceKeys,
  ...kafkaKeys,
  ...postgresKeys,
  ...redisKeys,
  SLUICE_INTAKE_SECRETS: senderKeys('HMAC secrets of senders').refine((keys) => keys.length > 0, 'names no secret'),
  SLUICE_CONTACT_SECRET: secret('Secret of the brand under which contacts are named'),
  SLUICE_ADMIN_BEARER_TOKEN: senderKeys(
    'Tokens of senders whose source says `bearer` (empty: they are refused)',
  ).prefault(''),
  SLUICE_RATE_LIMIT: z.coerce
    .number()
    .int()
    .min(1)
    .default(1_200)
    .describe('Inquiries of one source per minute; each row of a batch is one'),
  SLUICE_REFUSAL_LIMIT: z.coerce
    .number()
    .int()
    .min(1)
    .default(120)
    .describe(
      'Requests of one address per minute and process that may show no sender we know; above it no body of that address is read',
    ),
  SLUICE_TRUSTED_PROXIES: z
    .string()
    .default('')
    .describe(
      'Addresses or networks of proxies, separated by commas, whose X-Forwarded-For says who asks; empty: the peer of the connection does',
    ),
  SLUICE_MAX_INQUIRY_BYTES: bytes(512 * KIBIBYTE)
    .default(256 * KIBIBYTE)
    .describe('Bytes of one inquiry at most: of a form, a JSON body, a row of a batch'),
  SLUICE_MAX_MAIL_BYTES: bytes(100 * MEBIBYTE)
    .default(25 * MEBIBYTE)
    .describe('Bytes of one raw mail at most'),
  SLUICE_MAX_BATCH_BYTES: bytes(100 * MEBIBYTE)
    .default(25 * MEBIBYTE)
    .describe('Bytes of a batch at most'),
  SLUICE_MAX_BATCH_ROWS: z.coerce.number().int().min(1).default(50_000).describe('Rows of a batch at most'),
});
export type IngestConfig = z.output<typeof schema>;

/** Everything intake is told from outside. @throws ConfigError naming all faults. */
export const readIngestConfig = (): IngestConfig => readConfig(schema, process.env);
