import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

/** How Google names an HTTP status, and its finer reason. */
const STATUSES = {
  400: ['INVALID_ARGUMENT', 'invalidArgument'],
  401: ['UNAUTHENTICATED', 'authError'],
  403: ['PERMISSION_DENIED', 'forbidden'],
  404: ['NOT_FOUND', 'notFound'],
} as const;

export const refuse = (reply: FastifyReply, code: keyof typeof STATUSES, message: string) => {
  const [status, reason] = STATUSES[code];
  const location = code === 401 ? { location: 'Authorization', locationType: 'header' } : {};
  return reply
    .code(code)
    .send({ error: { code, message, errors: [{ message, domain: 'global', reason, ...location }], status } });
};

const grant = z.discriminatedUnion('grant_type', [
  z.object({ grant_type: z.literal('refresh_token'), refresh_token: z.string().min(1), client_id: z.string().min(1) }),
  z.object({
    grant_type: z.literal('urn:ietf:params:oauth:grant-type:jwt-bearer'),
    assertion: z.string().regex(/^[\w-]+\.[\w-]+\.[\w-]+$/u),
  }),
]);
const GRANTS: readonly unknown[] = ['refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer'];

/** Google's token endpoint: a person's refresh token, or what a service account has signed. */
export const answerToken = (reply: FastifyReply, given: unknown, isRefused: boolean) => {
  const { grant_type: type } = (given ?? {}) as { grant_type?: unknown };
  if (!GRANTS.includes(type))
    return reply
      .code(400)
      .send({ error: 'unsupported_grant_type', error_description: `Invalid grant_type: ${String(type)}` });
  if (isRefused || !grant.safeParse(given).success)
    return reply.code(400).send({ error: 'invalid_grant', error_description: 'Token has been expired or revoked.' });
  return {
    access_token: `ya29.${randomUUID()}`,
    expires_in: 3_599,
    token_type: 'Bearer',
    scope: 'https://www.googleapis.com/auth/gmail.send https://www.googleapis.com/auth/gmail.metadata',
  };
};
