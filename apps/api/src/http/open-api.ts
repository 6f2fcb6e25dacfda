import type { OpenAPIObject } from '@nestjs/swagger';
import type { OpenApiPart } from '@sluice/service';
import { facadePaths } from './facades/paths.ts';
import { get, headersOf, inHeader, notReadable, operation, pathOf, queryOf } from './open-api-parts.ts';
import {
  activateBody,
  commandBody,
  deadLetterQuery,
  decisionPath,
  diffQuery,
  effectiveQuery,
  fairnessQuery,
  idempotencyHeaders,
  inquiryPath,
  listQuery,
  playbookBody,
  playbookPath,
  poolCommandBody,
  poolPath,
  replayBody,
  rollbackBody,
  switchBody,
  switchPath,
  switchReleaseQuery,
  versionPath,
  versionsQuery,
} from './requests.ts';

const playbook = pathOf(playbookPath);
const ifMatch = inHeader('If-Match', {
  required: false,
  description: 'The ETag of the playbook as it was read, or *; needed once the playbook is there',
});
const preconditions = {
  412: { description: 'Somebody changed it meanwhile; the ETag of now is in the answer' },
  428: { description: 'If-Match is missing' },
};
const faulty = {
  422: {
    description:
      'It has mistakes: each with its JSON pointer, those in texts and conditions with line and column. Nothing was kept or activated',
  },
};

/** The paths of playbooks. */
const playbookPaths = (): OpenApiPart => ({
  '/v1/playbooks': get(
    'Playbooks, with the latest and the active version of each, and for whom they are in force',
    'playbooks:read',
  ),
  '/v1/playbooks/{id}': {
    ...get('One playbook, with its ETag and the latest movements of its pointer', 'playbooks:read', {
      parameters: playbook,
    }),
    put: operation({
      summary: 'Keeps a version, if it has no mistake; activates nothing',
      description:
        "Scope playbooks:write. The author is the key's. What says the same as the latest version is no new one (200).",
      parameters: [...playbook, ifMatch],
      body: playbookBody,
      responses: {
        200: { description: 'The latest version says the same' },
        201: { description: 'Kept; its address is in Location' },
        ...preconditions,
        ...faulty,
      },
    }),
  },
  '/v1/playbooks/{id}/versions': get('Its versions, newest first', 'playbooks:read', {
    parameters: [...playbook, ...queryOf(versionsQuery)],
  }),
  '/v1/playbooks/{id}/versions/{version}': get(
    'One version: the resolved document, and what was written',
    'playbooks:read',
    { parameters: pathOf(versionPath) },
  ),
  '/v1/playbooks/{id}/diff': get(
    'What is different between two versions, in words; safety keys say whether they became stricter or looser',
    'playbooks:read',
    { parameters: [...playbook, ...queryOf(diffQuery)], responses: notReadable },
  ),
  '/v1/playbooks/{id}/effective': get(
    'For each value of a version the layer that set it, and what the others say',
    'playbooks:read',
    { parameters: [...playbook, ...queryOf(effectiveQuery)], responses: notReadable },
  ),
  '/v1/playbooks/{id}/activate': {
    post: operation({
      summary:
        'Moves the pointer to a version: inquiries that begin within five seconds and later have it, those on their way finish on theirs',
      description: 'Scope playbooks:activate',
      parameters: [...playbook, ifMatch],
      body: activateBody,
      responses: { 200: { description: 'It is active' }, ...preconditions, ...faulty },
    }),
  },
  '/v1/playbooks/{id}/rollback': {
    post: operation({
      summary: 'Moves the pointer back to a version that was active before',
      description: 'Scope playbooks:activate',
      parameters: [...playbook, ifMatch],
      body: rollbackBody,
      responses: {
        200: { description: 'It is active again' },
        409: { description: 'It was never active' },
        ...preconditions,
        ...faulty,
      },
    }),
  },
});

const inquiry = pathOf(inquiryPath);
const pool = pathOf(poolPath);
const deleted = { 410: { description: 'Known, and its events were deleted since they were old' } };
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
      '/v1/inquiries': get('Inquiries, newest first', 'inquiries:read', { parameters: queryOf(listQuery) }),
      '/v1/inquiries/{id}': get('One inquiry with its effects', 'inquiries:read', { parameters: inquiry }),
      '/v1/decisions/{id}/explain': get(
        'The whole way of one inquiry, by its id or that of a decision',
        'inquiries:read; facts and content need inquiries:content',
        { parameters: pathOf(decisionPath), responses: deleted },
      ),
      '/v1/inquiries/{id}/clocks': get(
        'Its promises: where the time went, and why what was broken was broken',
        'inquiries:read',
        { parameters: inquiry, responses: deleted },
      ),
      '/v1/inquiries/{id}/commands': {
        post: operation({
          summary: 'Says what a person did: answered, claimed, paused, closed',
          description: 'Scope inquiries:command. Accepted means that it is on the log.',
          parameters: inquiry,
          body: commandBody,
          responses: onTheLog,
        }),
      },
      '/v1/summary': get('Raw = routed + dropped + dead-lettered + in flight', 'ops:read'),
      '/v1/slack/interactions': {
        post: operation({
          summary: 'Takes clicks on the buttons of messages in Slack',
          description:
            "Signed by Slack (X-Slack-Signature), form-encoded. What came of a click is told where it was clicked: a claim or a close by the owner whom the inquiry's playbook knows under the clicking person's id.",
          parameters: [],
          responses: {
            200: { description: 'Heard; what is no click of ours is passed over' },
            401: { description: 'Not signed by Slack, or not now' },
            404: { description: 'Clicks are not taken here' },
          },
        }),
      },
      '/v1/switches': {
        ...get('Every kill switch that was ever thrown, the engaged ones first, with what was done to it', 'ops:read'),
        post: operation({
          summary: 'Engages a kill switch',
          description:
            'Scope switches:write. What it covers is held within seconds, also what is on its way, and goes on when it is released. Empty lists cover everything.',
          parameters: [],
          body: switchBody,
          responses: onTheLog,
        }),
      },
      '/v1/switches/{id}': {
        delete: operation({
          summary: 'Releases a kill switch: what it held goes on',
          description: 'Scope switches:write.',
          parameters: [...pathOf(switchPath), ...queryOf(switchReleaseQuery)],
          responses: { ...onTheLog, 404: { description: 'No switch of this id was ever thrown' } },
        }),
      },
      '/v1/pools/{id}/fairness': get(
        'Who got what of a pool in a week, what each was entitled to, and every reason for a difference',
        'inquiries:read',
        { parameters: [...pool, ...queryOf(fairnessQuery)] },
      ),
      '/v1/pools/{id}/commands': {
        post: operation({
          summary: 'Asks a pool for a change: leave, return, skip, credit, limit, release, decline, claim',
          description: 'Scope pools:write. Accepted means on the log; what came of it is in pool.changed.v1',
          parameters: [...pool, ...headersOf(idempotencyHeaders)],
          body: poolCommandBody,
          responses: onTheLog,
        }),
      },
      ...playbookPaths(),
      '/v1/dlq': get('What could not be processed, newest first', 'dlq:read', { parameters: queryOf(deadLetterQuery) }),
      '/v1/dlq/replay': {
        post: operation({
          summary: 'Puts dead letters back on their source topics',
          description:
            'Scope dlq:replay. Each is put back once, whoever else asks for it at the same time: the answer says which were put back (`replayed`), which somebody else is putting back (`underway`) or has put back (`before`, of those named by ids or inquiryId), which the log does not take (`refused`), and which are too old (`expired`).',
          body: replayBody,
        }),
      },
      ...facadePaths(),
    },
  }) as never;
