import type { OpenApiPart } from '@sluice/service';
import { get, inHeader, inPath, operation, queryOf } from './open-api-parts.ts';
import { activateBody, diffQuery, effectiveQuery, playbookBody, rollbackBody } from './playbook-requests.ts';

const id = inPath('id');
const version = { ...inPath('version'), description: 'A number, `active` or `latest`' };
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
export const playbookPaths = (): OpenApiPart => ({
  '/v1/playbooks': get(
    'Playbooks, with the latest and the active version of each, and for whom they are in force',
    'playbooks:read',
  ),
  '/v1/playbooks/{id}': {
    ...get('One playbook, with its ETag and every movement of its pointer', 'playbooks:read', [id]),
    put: operation({
      summary: 'Keeps a version, if it has no mistake; activates nothing',
      description:
        "Scope playbooks:write. The author is the key's. What says the same as the latest version is no new one (200).",
      parameters: [id, ifMatch],
      body: playbookBody,
      responses: {
        200: { description: 'The latest version says the same' },
        201: { description: 'Kept; its address is in Location' },
        ...preconditions,
        ...faulty,
      },
    }),
  },
  '/v1/playbooks/{id}/versions': get('Its versions, newest first', 'playbooks:read', [id]),
  '/v1/playbooks/{id}/versions/{version}': get(
    'One version: the resolved document, and what was written',
    'playbooks:read',
    [id, version],
  ),
  '/v1/playbooks/{id}/diff': get(
    'What is different between two versions, in words; safety keys say whether they became stricter or looser',
    'playbooks:read',
    [id, ...queryOf(diffQuery)],
  ),
  '/v1/playbooks/{id}/effective': get(
    'For each value of a version the layer that set it, and what the others say',
    'playbooks:read',
    [id, ...queryOf(effectiveQuery)],
  ),
  '/v1/playbooks/{id}/activate': {
    post: operation({
      summary:
        'Moves the pointer to a version: inquiries that begin within five seconds and later have it, those on their way finish on theirs',
      description: 'Scope playbooks:activate',
      parameters: [id, ifMatch],
      body: activateBody,
      responses: { 200: { description: 'It is active' }, ...preconditions, ...faulty },
    }),
  },
  '/v1/playbooks/{id}/rollback': {
    post: operation({
      summary: 'Moves the pointer back to a version that was active before',
      description: 'Scope playbooks:activate',
      parameters: [id, ifMatch],
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
