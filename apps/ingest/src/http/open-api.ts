import type { OpenAPIObject } from '@nestjs/swagger';
import { schemaOf, type OpenApiPart } from '@sluice/service';
import type { z } from 'zod';
import { facadePaths } from './facades/facade-paths.ts';
import { inquiryBody } from './inquiry-body.ts';
import { accepted, idempotencyKey, problems, report, signature } from './open-api-parts.ts';

const source = {
  name: 'X-Source',
  in: 'header',
  required: false,
  schema: { type: 'string' },
  description: 'The source the mail or the rows belong to',
};

const operation = (
  summary: string,
  {
    status,
    answer,
    bodies,
    parameters,
  }: { status: string; answer: z.ZodType; bodies: OpenApiPart; parameters: readonly unknown[] },
) => ({
  summary,
  parameters: [...signature, ...parameters],
  requestBody: { required: true, content: bodies },
  responses: {
    [status]: { description: 'Taken in', content: { 'application/json': { schema: schemaOf(answer) } } },
    ...problems,
  },
});

const text = { schema: { type: 'string' } };

/** The OpenAPI document of intake, made from the schemas that check the requests. */
export const intakeDocument = (): OpenAPIObject =>
  ({
    openapi: '3.0.0',
    info: {
      title: 'Sluice intake',
      version: '1',
      description: 'Takes leads, messages and mails in. 202 means: it is on the log.',
    },
    paths: {
      '/v1/inquiries': {
        post: operation('Takes one lead or message in', {
          status: '202',
          answer: accepted,
          bodies: { 'application/json': { schema: schemaOf(inquiryBody) } },
          parameters: [idempotencyKey],
        }),
      },
      '/v1/mail': {
        post: operation('Takes one raw mail in', {
          status: '202',
          answer: accepted,
          bodies: { 'message/rfc822': text },
          parameters: [source, idempotencyKey],
        }),
      },
      '/v1/inquiries:batch': {
        post: operation('Takes many rows in, and reports on each', {
          status: '200',
          answer: report,
          bodies: { 'application/x-ndjson': text, 'text/csv': text },
          parameters: [source, idempotencyKey],
        }),
      },
      ...facadePaths(),
    },
  }) as OpenAPIObject;
