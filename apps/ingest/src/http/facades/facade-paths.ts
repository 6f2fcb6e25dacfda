import type { Facade } from '@sluice/policy';
import { schemaOf, type OpenApiPart } from '@sluice/service';
import { z } from 'zod';
import { accepted, idempotencyKey, problems, report, signature } from '../open-api-parts.ts';
import {
  emailHookBody,
  emailWebhookBody,
  intakeWebhookBody,
  leadCaptureBody,
  leadsIntakeBody,
  leadWebhookBody,
} from './facade-bodies.ts';
import { mailStates } from './mail-fields.ts';

const bearer = {
  name: 'Authorization',
  in: 'header',
  required: false,
  schema: { type: 'string' },
  description: 'Bearer <ADMIN_BEARER_TOKEN>, where the playbook says `verify: bearer`',
};
const unsigned = signature.map((header) => ({
  ...header,
  required: false,
  description: `${header.description}; asked for unless the playbook says otherwise of this source`,
}));

const lead = accepted.extend({
  lead_id: z.string().describe("The sender's own id where it gave one, else the inquiryId"),
});
const told = {
  mail: z
    .enum(mailStates)
    .describe(
      '`awaited`: only its id is here; nothing is decided until the mail comes under the same message_id and thread_id',
    ),
};
const mail = accepted.extend({ email_id: z.uuid().describe('The inquiryId'), ...told });
const json = (schema: z.ZodType): OpenApiPart => ({ 'application/json': { schema: schemaOf(schema) } });
const form = (schema: z.ZodType): OpenApiPart => ({
  ...json(schema),
  'application/x-www-form-urlencoded': { schema: schemaOf(schema) },
});
const csv: OpenApiPart = {
  'text/csv': { schema: { type: 'string' } },
  'multipart/form-data': {
    schema: { type: 'object', properties: { file: { type: 'string', format: 'binary' } }, required: ['file'] },
  },
};

interface FacadePath {
  readonly facade: Facade;
  readonly summary: string;
  readonly bodies: OpenApiPart;
  readonly answer: z.ZodType;
  readonly status?: '200' | '202';
  readonly headers?: readonly unknown[];
}

const pathOf = ({ facade, summary, bodies, answer, status = '202', headers = unsigned }: FacadePath): OpenApiPart => ({
  post: {
    summary,
    tags: ['facades'],
    description: `Answers while the playbook in force lists the facade \`${facade}\`.`,
    parameters: [...headers, idempotencyKey],
    requestBody: { required: true, content: bodies },
    responses: {
      [status]: { description: 'Taken in', content: { 'application/json': { schema: schemaOf(answer) } } },
      404: { description: 'Switched off' },
      ...problems,
    },
  },
});

/** The paths of the source documents, made from the schemas that check them. */
export const facadePaths = (): OpenApiPart => ({
  '/api/leads/intake': pathOf({
    facade: 'leads-intake',
    summary: 'Takes a web form in (document 000)',
    bodies: form(leadsIntakeBody),
    answer: lead,
  }),
  '/api/leads/linkedin-import': pathOf({
    facade: 'leads-intake',
    summary: 'Takes a LinkedIn export in, and reports on each row (document 000)',
    bodies: csv,
    answer: report,
    status: '200',
  }),
  '/api/leads/email-hook': pathOf({
    facade: 'leads-intake',
    summary: 'Takes a watched mail in by its fields (document 000)',
    bodies: json(emailHookBody),
    answer: lead.extend(told),
  }),
  '/webhook/email': pathOf({
    facade: 'email-webhook',
    summary: 'Takes a watched mail in, whole, by its fields or by its id (document 001E)',
    bodies: json(emailWebhookBody),
    answer: mail,
  }),
  '/webhook/lead-capture': pathOf({
    facade: 'lead-capture',
    summary: 'Takes a captured lead in (document 002)',
    bodies: form(leadCaptureBody),
    answer: lead,
  }),
  '/v1/intake/webhook': pathOf({
    facade: 'intake-webhook',
    summary: 'Takes a new lead in (document 003)',
    bodies: form(intakeWebhookBody),
    answer: lead,
    headers: [bearer],
  }),
  '/webhooks/lead': pathOf({
    facade: 'lead-webhook',
    summary: 'Takes a new lead in (document 004)',
    bodies: form(leadWebhookBody),
    answer: lead,
  }),
});
