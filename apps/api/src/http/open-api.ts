import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { facadePaths } from './facades/facade-paths.ts';
import { commandBody, deadLetterQuery, fairnessQuery, listQuery, poolCommandBody, replayBody } from './requests.ts';

type Json = Readonly<Record<string, unknown>>;
const schemaOf = (schema: z.ZodType): Json => z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', unrepresentable: 'any' }) as Json;

const queryOf = (schema: z.ZodType): readonly Json[] =>
  Object.entries((schemaOf(schema)['properties'] ?? {}) as Readonly<Record<string, Json>>).map(([name, of]) => ({ name, in: 'query', required: false, schema: of }));

const SECURED: Record<string, string[]>[] = [{ key: [] }];
const id = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } };
const pool = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
const idempotency = { name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string' } };
const answers = { 200: { description: 'Found' }, 401: { description: 'No valid key' }, 403: { description: 'A scope is missing' }, 404: { description: 'Not there' }, 422: { description: 'Parameters do not fit' } };
const get = (summary: string, scope: string, parameters: readonly Json[] = []) => ({ get: { summary, description: `Scope ${scope}`, parameters, responses: answers, security: SECURED } });

/** The OpenAPI document of the read API, made from the schemas that check its requests. */
export const apiDocument = (): OpenAPIObject => ({
  openapi: '3.0.0',
  info: { title: 'Sluice API', version: '1', description: 'What became of every inquiry, and why.' },
  components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
  paths: {
    '/v1/inquiries': get('Inquiries, newest first', 'inquiries:read', queryOf(listQuery)),
    '/v1/inquiries/{id}': get('One inquiry with its effects', 'inquiries:read', [id]),
    '/v1/decisions/{id}/explain': get('The whole way of one inquiry, by its id or that of a decision', 'inquiries:read; facts and content need inquiries:content', [id]),
    '/v1/inquiries/{id}/clocks': get('Its promises: where the time went, and why what was broken was broken', 'inquiries:read', [id]),
    '/v1/inquiries/{id}/commands': { post: { summary: 'Says what a person did: answered, claimed, paused, closed', description: 'Scope inquiries:command. Accepted means that it is on the log.', parameters: [id], requestBody: { required: true, content: { 'application/json': { schema: schemaOf(commandBody) } } }, responses: { ...answers, 202: { description: 'On the log' } }, security: SECURED } },
    '/v1/summary': get('Raw = routed + dropped + dead-lettered + in flight', 'ops:read'),
    '/v1/pools/{id}/fairness': get('Who got what of a pool in a week, what each was entitled to, and every reason for a difference', 'inquiries:read', [pool, ...queryOf(fairnessQuery)]),
    '/v1/pools/{id}/commands': { post: { summary: 'Asks a pool for a change: leave, return, skip, credit, limit, release, decline, claim, look', description: 'Scope pools:write. Accepted means on the log; what came of it is in pool.changed.v1', parameters: [pool, idempotency], requestBody: { required: true, content: { 'application/json': { schema: schemaOf(poolCommandBody) } } }, responses: { ...answers, 202: { description: 'On the log' } }, security: SECURED } },
    '/v1/dlq': get('What could not be processed', 'dlq:read', queryOf(deadLetterQuery)),
    '/v1/dlq/replay': { post: { summary: 'Puts dead letters back on their source topics', description: 'Scope dlq:replay', requestBody: { required: true, content: { 'application/json': { schema: schemaOf(replayBody) } } }, responses: answers, security: SECURED } },
    ...facadePaths({ schemaOf, security: SECURED }),
  },
} as never);
