import { schemaOf } from '@sluice/service';
import { z } from 'zod';

export const signature = [
  {
    name: 'X-Signature',
    in: 'header',
    required: true,
    schema: { type: 'string' },
    description: 'sha256=<hex HMAC-SHA256 of the raw body>, or of <X-Timestamp>.<raw body> where that header is sent',
  },
  {
    name: 'X-Timestamp',
    in: 'header',
    required: false,
    schema: { type: 'integer' },
    description: 'Seconds since the epoch; at most five minutes from now',
  },
];
export const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string' },
  description:
    'The first request with a key is done; every repeat within 24 hours gets its answer. A key belongs to its source and path',
};

export const accepted = z.object({
  inquiryId: z.uuid(),
  duplicate: z.boolean().describe('What is known now; the verdict is taken later'),
});
const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  traceId: z.string().nullable(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});

export const problems = Object.fromEntries(
  ['401', '403', '413', '415', '422', '429', '503'].map((status) => [
    status,
    { description: 'See the problem', content: { 'application/problem+json': { schema: schemaOf(problem) } } },
  ]),
);

export const report = z.object({
  rows: z.int(),
  accepted: z.int(),
  refused: z.int(),
  report: z.array(z.object({ row: z.int(), status: z.enum(['accepted', 'refused']), inquiryId: z.uuid().optional() })),
});
