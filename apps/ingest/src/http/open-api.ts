import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { inquiryBody } from './inquiry-body.ts';

type Json = Readonly<Record<string, unknown>>;

const schemaOf = (schema: z.ZodType): Json => z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', unrepresentable: 'any' }) as Json;

const signature = [
  { name: 'X-Signature', in: 'header', required: true, schema: { type: 'string' }, description: 'sha256=<hex HMAC-SHA256 of the raw body>, or of <X-Timestamp>.<raw body> where that header is sent' },
  { name: 'X-Timestamp', in: 'header', required: false, schema: { type: 'integer' }, description: 'Seconds since the epoch; at most five minutes from now' },
];
const source = { name: 'X-Source', in: 'header', required: false, schema: { type: 'string' }, description: 'The source the mail or the rows belong to' };
const idempotencyKey = { name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string' }, description: 'The first request with a key is done; every repeat within 24 hours gets its answer' };

const accepted = z.object({ inquiryId: z.uuid(), duplicate: z.boolean().describe('What is known now; the verdict is taken later') });
const problem = z.object({ type: z.string(), title: z.string(), status: z.int(), detail: z.string(), instance: z.string(), traceId: z.string().nullable(), errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional() });

const problems = Object.fromEntries(['401', '413', '415', '422', '429', '503'].map((status) => [status, { description: 'See the problem', content: { 'application/problem+json': { schema: schemaOf(problem) } } }]));

const operation = (summary: string, { status, answer, bodies, parameters }: { status: string; answer: z.ZodType; bodies: Json; parameters: readonly unknown[] }) => ({
  summary, parameters: [...signature, ...parameters],
  requestBody: { required: true, content: bodies },
  responses: { [status]: { description: 'Taken in', content: { 'application/json': { schema: schemaOf(answer) } } }, ...problems },
});

const report = z.object({ rows: z.int(), accepted: z.int(), refused: z.int(), report: z.array(z.object({ row: z.int(), status: z.enum(['accepted', 'refused']), inquiryId: z.uuid().optional() })) });
const text = { schema: { type: 'string' } };

/** The OpenAPI document of intake, made from the schemas that check the requests. */
export const intakeDocument = (): OpenAPIObject => ({
  openapi: '3.0.0',
  info: { title: 'Sluice intake', version: '1', description: 'Takes leads, messages and mails in. 202 means: it is on the log.' },
  paths: {
    '/v1/inquiries': { post: operation('Takes one lead or message in', { status: '202', answer: accepted, bodies: { 'application/json': { schema: schemaOf(inquiryBody) } }, parameters: [idempotencyKey] }) },
    '/v1/mail': { post: operation('Takes one raw mail in', { status: '202', answer: accepted, bodies: { 'message/rfc822': text }, parameters: [source] }) },
    '/v1/inquiries:batch': { post: operation('Takes many rows in, and reports on each', { status: '200', answer: report, bodies: { 'application/x-ndjson': text, 'text/csv': text }, parameters: [source] }) },
  },
} as OpenAPIObject);
