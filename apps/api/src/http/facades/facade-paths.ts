import type { Facade } from '@sluice/policy';
import type { z } from 'zod';
import { replayEmailBody, triageBody } from './facade-requests.ts';

type Json = Readonly<Record<string, unknown>>;

export interface FacadePathsOptions {
  readonly schemaOf: (schema: z.ZodType) => Json;
  readonly security: readonly Json[];
}

const answers = { 401: { description: 'No valid key' }, 403: { description: 'A scope is missing' }, 404: { description: 'Not there, or switched off' }, 422: { description: 'Parameters do not fit' } };
const lead = { name: 'lead_id', in: 'path', required: true, schema: { type: 'string' }, description: 'As POST /webhooks/lead answered it, or the inquiryId' };

/** The paths of the source documents that read or repeat, made from the schemas that check them. */
export const facadePaths = ({ schemaOf, security }: FacadePathsOptions): Json => {
  const operation = (facade: Facade, { summary, scope, ...rest }: { readonly summary: string; readonly scope: string } & Json) =>
    ({ summary, tags: ['facades'], description: `Scope ${scope}. Answers while the playbook in force lists the facade \`${facade}\`.`, security, ...rest });
  const body = (schema: z.ZodType) => ({ required: true, content: { 'application/json': { schema: schemaOf(schema) } } });
  const repeated = { ...answers, 200: { description: 'Nothing of it failed that was not put back before' }, 202: { description: 'Put back on the topics it came from' } };
  return {
    '/triage': { post: operation('triage', { summary: 'Which ticket a mail became, what was decided, and what was done (document 001A)', scope: 'inquiries:read', requestBody: body(triageBody), responses: { ...answers, 200: { description: 'ticket_id, category, confidence, actions_taken' }, 202: { description: 'Not decided yet: category and confidence are null' } } }) },
    '/admin/replay': { post: operation('admin-replay', { summary: 'Puts back what failed of a mail (document 001E)', scope: 'dlq:replay', requestBody: body(replayEmailBody), responses: repeated }) },
    '/admin/leads/{lead_id}': { get: operation('admin-leads', { summary: 'What became of a lead (document 004)', scope: 'inquiries:read', parameters: [lead], responses: { ...answers, 200: { description: 'Found' } } }) },
    '/admin/retry/{lead_id}': { post: operation('admin-leads', { summary: 'Puts back what failed of a lead (document 004)', scope: 'dlq:replay', parameters: [lead], responses: repeated }) },
  };
};
