import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Desk } from './desk.ts';
import type { Fault } from './fault-plan.ts';
import { bodyWithoutSecrets, headersWithoutSecrets } from './without-secrets.ts';

const UNAVAILABLE = 503;

/** The effective parts of a line, in words: `latencyMs+timeoutAfterApply`. */
const nameOf = ({
  path: _path,
  method: _method,
  skip: _skip,
  count: _count,
  probability: _probability,
  ...parts
}: Fault): string =>
  Object.entries(parts)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name]) => name)
    .join('+');

const silence = async ({ raw: { socket } }: FastifyRequest): Promise<void> => {
  if (!socket.destroyed) await once(socket, 'close');
};

const breakOff = (request: FastifyRequest, reply: FastifyReply): void => {
  reply.hijack();
  request.raw.socket.destroy();
};

const refuse = (
  reply: FastifyReply,
  { status = UNAVAILABLE, retryAfterSeconds }: Pick<Fault, 'status' | 'retryAfterSeconds'>,
) => {
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
  return reply
    .code(status)
    .send({ ok: false, error: { message: 'simulated failure', type: 'simulated', code: `status_${status}` } });
};

const beforeApplying = async (
  found: Fault,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> => {
  if (found.latencyMs !== undefined) await pause(found.latencyMs);
  if (found.reset) breakOff(request, reply);
  else if (found.timeoutBeforeApply) {
    reply.hijack();
    await silence(request);
  } else if (found.answer !== undefined) return reply.type('application/json').send(found.answer);
  else if (found.status !== undefined) return refuse(reply, found);
  return undefined;
};

const afterApplying = async (
  found: Fault,
  { request, reply, payload }: { request: FastifyRequest; reply: FastifyReply; payload: unknown },
): Promise<unknown> => {
  if (found.timeoutAfterApply) await silence(request);
  if (found.resetAfterApply) request.raw.socket.destroy();
  if (found.errorAfterApply !== undefined) void reply.code(found.errorAfterApply);
  if (!found.malformed || typeof payload !== 'string') return payload;
  void reply.removeHeader('content-length');
  return payload.slice(0, Math.ceil(payload.length / 2));
};

/** Writes every request of `app` into the journal, and lets the schedule have its way before and after it is applied. */
export const watchRequests = (app: FastifyInstance, desk: Desk): void => {
  const met = new WeakMap<FastifyRequest, Fault>();

  app.addHook('preHandler', async (request, reply) => {
    const entry = desk.journal.open({
      method: request.method,
      path: request.url,
      headers: headersWithoutSecrets(request.headers),
      body: bodyWithoutSecrets(request.body),
    });
    desk.entries.set(request, entry);
    if (desk.outage !== null) {
      entry.met(`outage:${desk.outage}`);
      return desk.outage === 'reset' ? breakOff(request, reply) : refuse(reply, {});
    }
    const found = desk.faults.meet({ method: request.method, path: request.url });
    if (!found) return undefined;
    entry.met(nameOf(found));
    met.set(request, found);
    return beforeApplying(found, request, reply);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const found = met.get(request);
    return found && reply.statusCode !== found.status ? afterApplying(found, { request, reply, payload }) : payload;
  });

  app.addHook('onResponse', async (request, reply) => {
    if (!request.raw.socket.destroyed) desk.entries.get(request)?.answered(reply.statusCode);
  });
};
