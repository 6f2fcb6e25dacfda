import type { OpenAPIObject } from '@nestjs/swagger';
import { facadePaths } from './facades/facade-paths.ts';
import { get, inHeader, inPath, operation, queryOf } from './open-api-parts.ts';
import { playbookPaths } from './open-api-playbooks.ts';
import { commandBody, deadLetterQuery, fairnessQuery, listQuery, poolCommandBody, replayBody } from './requests.ts';

const id = inPath('id', { type: 'string', format: 'uuid' });
const pool = inPath('id');
const idempotency = inHeader('Idempotency-Key', { required: true, description: 'The same for the same command' });
const onTheLog = { 202: { description: 'On the log' } };

/** The OpenAPI document of the API, made from the schemas that check its requests. */
export const apiDocument = (): OpenAPIObject =>
  ({
    openapi: '3.0.0',
    info: {
      title: 'Sluice API',
      version: '1',
      description: 'What became of every inquiry, and why; and the playbooks it was decided by.',
    },
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
    paths: {
      '/v1/inquiries': get('Inquiries, newest first', 'inquiries:read', queryOf(listQuery)),
      '/v1/inquiries/{id}': get('One inquiry with its effects', 'inquiries:read', [id]),
      '/v1/decisions/{id}/explain': get(
        'The whole way of one inquiry, by its id or that of a decision',
        'inquiries:read; facts and content need inquiries:content',
        [id],
      ),
      '/v1/inquiries/{id}/clocks': get(
        'Its promises: where the time went, and why what was broken was broken',
        'inquiries:read',
        [id],
      ),
      '/v1/inquiries/{id}/commands': {
        post: operation({
          summary: 'Says what a person did: answered, claimed, paused, closed',
          description: 'Scope inquiries:command. Accepted means that it is on the log.',
          parameters: [id],
          body: commandBody,
          responses: onTheLog,
        }),
      },
      '/v1/summary': get('Raw = routed + dropped + dead-lettered + in flight', 'ops:read'),
      '/v1/pools/{id}/fairness': get(
        'Who got what of a pool in a week, what each was entitled to, and every reason for a difference',
        'inquiries:read',
        [pool, ...queryOf(fairnessQuery)],
      ),
      '/v1/pools/{id}/commands': {
        post: operation({
          summary: 'Asks a pool for a change: leave, return, skip, credit, limit, release, decline, claim, look',
          description: 'Scope pools:write. Accepted means on the log; what came of it is in pool.changed.v1',
          parameters: [pool, idempotency],
          body: poolCommandBody,
          responses: onTheLog,
        }),
      },
      ...playbookPaths(),
      '/v1/dlq': get('What could not be processed', 'dlq:read', queryOf(deadLetterQuery)),
      '/v1/dlq/replay': {
        post: operation({
          summary: 'Puts dead letters back on their source topics',
          description: 'Scope dlq:replay',
          body: replayBody,
        }),
      },
      ...facadePaths(),
    },
  }) as never;
