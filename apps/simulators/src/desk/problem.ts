import type { FastifyReply } from 'fastify';
import type { z } from 'zod';

const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** RFC 9457: says which field of a control request does not fit. */
export const refuseControl = (reply: FastifyReply, error: z.ZodError) =>
  reply
    .code(422)
    .type('application/problem+json')
    .send({
      type: 'about:blank',
      title: 'The control request does not fit',
      status: 422,
      errors: error.issues.map(({ path, message }) => ({ pointer: pointerOf(path), detail: message })),
    });
