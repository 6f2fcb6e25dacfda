import type { OpenApiPart } from '@sluice/service';
import type { z } from 'zod';
import { inHeader, notReadable, operation, queryOf } from '../open-api-parts.ts';
import {
  configVersionBody,
  faqBody,
  faqQuery,
  faqsBody,
  settingsBody,
  templateBody,
  toneBody,
} from './admin-requests.ts';

const changes = {
  ...notReadable,
  200: {
    description: 'A new version has it, and is active; `version` is its number. Every pod obeys within five seconds',
  },
  412: { description: 'Somebody changed it since the ETag that If-Match names' },
  422: { description: 'It would be a mistake, or make one; nothing was kept' },
};
const created = { 201: { description: 'The same, and it is new' } };
const ifMatch = inHeader('If-Match', {
  required: false,
  description:
    'The ETag as it was read: refused with 412 when somebody was faster. Left out: the edit is made on what is in force',
});

const described = (scopes: string): string =>
  `Scope ${scopes}, or the SLUICE_ADMIN_BEARER_TOKEN of this service. Document 003; answers while the playbook in force for the source intake-webhook lists the facade \`admin-settings\`, else 404. It is that playbook which is read and changed.`;

const read = (summary: string): OpenApiPart => ({
  get: {
    ...operation({ summary, description: described('playbooks:read'), responses: notReadable }),
    tags: ['facades'],
  },
});

const change = (
  summary: string,
  {
    body,
    parameters = [],
    responses = {},
    scopes = 'playbooks:write and playbooks:activate',
  }: {
    readonly body?: z.ZodType;
    readonly parameters?: readonly OpenApiPart[];
    readonly responses?: OpenApiPart;
    readonly scopes?: string;
  },
): OpenApiPart => ({
  ...operation({
    summary,
    description: described(scopes),
    parameters: [ifMatch, ...parameters],
    ...(body ? { body } : {}),
    responses: { ...changes, ...responses },
  }),
  tags: ['facades'],
});

/** The administration that document 003 names. */
export const adminPaths = (): OpenApiPart => ({
  '/v1/admin/settings': {
    ...read('Booking link, thresholds, quiet hours'),
    put: change('Changes what is sent of them; the rest stays', { body: settingsBody }),
  },
  '/v1/admin/faqs': {
    ...read('Frequent questions with their answers, the most frequent first'),
    post: change('Adds one at the end', {
      body: faqBody,
      responses: { ...created, 409: { description: 'There is one of this id' } },
    }),
    put: change('Changes one by its id, or replaces the list', { body: faqsBody }),
    delete: change('Removes one', { parameters: queryOf(faqQuery) }),
  },
  '/v1/admin/tone': { ...read('How the house speaks'), put: change('Changes it', { body: toneBody }) },
  '/v1/admin/templates': {
    ...read('Messages that may be sent'),
    post: change('Adds one, or changes the one of this name', { body: templateBody, responses: created }),
  },
  '/v1/admin/rollback': {
    post: change('Goes back to a config version that was active before', {
      body: configVersionBody,
      scopes: 'playbooks:activate',
      responses: { 409: { description: 'It was never active' } },
    }),
  },
});
