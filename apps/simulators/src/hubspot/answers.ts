import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { StoredObject } from '../desk/account.ts';

const refuse = (
  reply: FastifyReply,
  status: number,
  {
    category,
    message,
    errors,
  }: { readonly category: string; readonly message: string; readonly errors?: readonly object[] },
) =>
  reply.code(status).send({
    status: 'error',
    message,
    correlationId: randomUUID(),
    category,
    ...(errors === undefined ? {} : { errors }),
  });

export const invalid = (reply: FastifyReply, message: string, code = 'INVALID') =>
  refuse(reply, 400, { category: 'VALIDATION_ERROR', message, errors: [{ message, code }] });

export const conflict = (reply: FastifyReply, message: string) => refuse(reply, 409, { category: 'CONFLICT', message });

export const unauthorized = (reply: FastifyReply) =>
  refuse(reply, 401, {
    category: 'INVALID_AUTHENTICATION',
    message: 'Authentication credentials not found. This API supports OAuth 2.0 authentication',
  });

export const notFound = (reply: FastifyReply) =>
  refuse(reply, 404, { category: 'OBJECT_NOT_FOUND', message: 'resource not found' });

/** An object with the properties that were asked for, as HubSpot shows it. */
export const shown = ({ id, madeAt, fields }: StoredObject, wanted: readonly string[] = []) => {
  const at = new Date(madeAt).toISOString();
  const known: Readonly<Record<string, unknown>> = { createdate: at, hs_object_id: id, ...fields };
  return {
    id,
    properties: Object.fromEntries(
      [...new Set(['createdate', 'hs_object_id', ...wanted])].map((name) => [name, known[name] ?? null]),
    ),
    createdAt: at,
    updatedAt: at,
    archived: false,
  };
};
