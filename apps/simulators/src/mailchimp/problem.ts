import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';

export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

export const problem = (reply: FastifyReply, { status, title, detail, errors }: Problem) =>
  reply
    .code(status)
    .type('application/problem+json')
    .send({
      type: 'https://mailchimp.com/developer/marketing/docs/errors/',
      title,
      status,
      detail,
      instance: randomUUID(),
      ...(errors ? { errors } : {}),
    });

export const KEY_INVALID: Problem = {
  status: 401,
  title: 'API Key Invalid',
  detail: "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
};
export const NOT_FOUND: Problem = {
  status: 404,
  title: 'Resource Not Found',
  detail: 'The requested resource could not be found.',
};
export const NO_JSON: Problem = {
  status: 400,
  title: 'JSON Parse Error',
  detail: 'We encountered an unspecified JSON parsing error.',
};
export const badRequest = (detail: string): Problem => ({ status: 400, title: 'Bad Request', detail });
export const inCompliance = (email: string): Problem => ({
  status: 400,
  title: 'Member In Compliance State',
  detail: `${email} is in a compliance state due to unsubscribe, bounce, or compliance review and cannot be subscribed.`,
});

const invalidFields = (errors: NonNullable<Problem['errors']>): Problem => ({
  status: 400,
  title: 'Invalid Resource',
  detail: "The resource submitted could not be validated. For field-specific details, see the 'errors' array.",
  errors,
});
export const invalidField = (field: string, message: string): Problem => invalidFields([{ field, message }]);
export const invalid = ({ issues }: z.ZodError): Problem =>
  invalidFields(issues.map(({ path, message }) => ({ field: path.map(String).join('.'), message })));
