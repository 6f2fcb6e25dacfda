import type { Facade } from '@sluice/policy';
import type { OpenApiPart } from '@sluice/service';
import type { z } from 'zod';
import { inHeader, notReadable, operation, pathOf, queryOf } from '../open-api-parts.ts';
import {
  configVersionBody,
  faqBody,
  faqQuery,
  faqsBody,
  leadPath,
  replayEmailBody,
  settingsBody,
  templateBody,
  toneBody,
  triageBody,
} from './requests.ts';

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
const adminPaths = (): OpenApiPart => ({
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
  '/v1/admin/tone': { ...read('The tone in which answers are written'), put: change('Changes it', { body: toneBody }) },
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

const lead = pathOf(leadPath);
const repeated = {
  200: { description: 'Nothing of it failed that was not put back before' },
  202: { description: 'Put back on the topics it came from, or being put back by somebody else (`underway`)' },
};

const facade = (
  name: Facade,
  { scope, responses = {}, ...rest }: { readonly scope: string } & Omit<Parameters<typeof operation>[0], 'description'>,
): OpenApiPart => ({
  ...operation({
    ...rest,
    responses: { ...notReadable, ...responses },
    description: `Scope ${scope}. Answers while the playbook in force lists the facade \`${name}\`, else 404.`,
  }),
  tags: ['facades'],
});

/** The paths of the source documents that read, repeat or administer, made from the schemas that check them. */
export const facadePaths = (): OpenApiPart => ({
  '/triage': {
    post: facade('triage', {
      summary: 'Which ticket a mail became, what was decided, and what was done (document 001A)',
      scope: 'inquiries:read',
      body: triageBody,
      responses: {
        200: { description: 'ticket_id, category, confidence, actions_taken' },
        202: { description: 'Not decided yet: category and confidence are null' },
      },
    }),
  },
  '/admin/replay': {
    post: facade('admin-replay', {
      summary: 'Puts back what failed of a mail (document 001E)',
      scope: 'dlq:replay',
      body: replayEmailBody,
      responses: repeated,
    }),
  },
  '/admin/leads/{lead_id}': {
    get: facade('admin-leads', {
      summary: 'What became of a lead (document 004)',
      scope: 'inquiries:read',
      parameters: lead,
    }),
  },
  '/admin/retry/{lead_id}': {
    post: facade('admin-leads', {
      summary: 'Puts back what failed of a lead (document 004)',
      scope: 'dlq:replay',
      parameters: lead,
      responses: repeated,
    }),
  },
  ...adminPaths(),
});
