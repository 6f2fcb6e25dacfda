import type { Facade } from '@sluice/policy';
import type { OpenApiPart } from '@sluice/service';
import { inPath, notReadable, operation } from '../open-api-parts.ts';
import { adminPaths } from './admin-paths.ts';
import { replayEmailBody, triageBody } from './facade-requests.ts';

const lead = { ...inPath('lead_id'), description: 'As POST /webhooks/lead answered it, or the inquiryId' };
const repeated = {
  200: { description: 'Nothing of it failed that was not put back before' },
  202: { description: 'Put back on the topics it came from' },
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
      parameters: [lead],
    }),
  },
  '/admin/retry/{lead_id}': {
    post: facade('admin-leads', {
      summary: 'Puts back what failed of a lead (document 004)',
      scope: 'dlq:replay',
      parameters: [lead],
      responses: repeated,
    }),
  },
  ...adminPaths(),
});
