import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { createAccount } from '../desk/account.ts';
import type { Simulator } from '../desk/desk.ts';
import { refuseControl } from '../desk/problem.ts';
import { activity } from './activity.ts';
import { mail, type Mail } from './mail.ts';
import { createSuppressions } from './suppressions.ts';

interface Complaint {
  readonly message: string;
  readonly field?: string | null;
}
const refuse = (reply: FastifyReply, status: number, errors: readonly Complaint[]) =>
  reply.code(status).send({ errors: errors.map(({ message, field = null }) => ({ message, field, help: null })) });

const addOn = z.strictObject({ addOn: z.boolean() });
const pace = z.strictObject({ limit: z.int().min(0), perSeconds: z.int().min(1).max(3_600) });
const UNAUTHORIZED = 'The provided authorization grant is invalid, expired, or revoked';

/** Twilio SendGrid's mail, as far as a sender needs it. A repeated POST is a second mail. */
export const sendgridSimulator = (): Simulator => {
  const account = createAccount();
  const suppressions = createSuppressions();
  let hasActivity = false;
  let allowed = { limit: Number.POSITIVE_INFINITY, perSeconds: 1 };
  let window = { startedAt: 0, requests: 0 };

  /** Writes SendGrid's own headers of it; false once there were too many. */
  const isWithinRate = (reply: FastifyReply): boolean => {
    if (allowed.limit === Number.POSITIVE_INFINITY) return true;
    const now = Date.now();
    const lengthMs = allowed.perSeconds * 1_000;
    if (now - window.startedAt >= lengthMs) window = { startedAt: now, requests: 0 };
    window.requests += 1;
    void reply.headers({
      'x-ratelimit-limit': allowed.limit,
      'x-ratelimit-remaining': Math.max(allowed.limit - window.requests, 0),
      'x-ratelimit-reset': Math.ceil((window.startedAt + lengthMs) / 1_000),
    });
    return window.requests <= allowed.limit;
  };

  const keep = (given: Mail) => {
    const messageId = randomUUID().replaceAll('-', '').slice(0, 22);
    const dropped = given.personalizations.flatMap((one, index) =>
      suppressions.drops(one, given.mail_settings) ? [index] : [],
    );
    account.add('mails', { ...given, messageId, dropped });
    return { messageId, dropped };
  };

  return {
    name: 'sendgrid',
    routes(app, desk) {
      app.setErrorHandler<Error & { statusCode?: number }>(async (error, _request, reply) => {
        if (error.statusCode === 413)
          return refuse(reply, 413, [{ message: 'The JSON payload you have included in your request is too large.' }]);
        if (error.statusCode === undefined || error.statusCode >= 500) throw error;
        return refuse(reply, error.statusCode, [{ message: 'Bad Request' }]);
      });
      app.addHook('preHandler', async ({ headers }, reply) => {
        if (!/^Bearer SG\.\S+$/u.test(headers.authorization ?? '') || account.isRefused)
          return refuse(reply, 401, [{ message: UNAUTHORIZED }]);
        return isWithinRate(reply) ? undefined : refuse(reply, 429, [{ message: 'too many requests' }]);
      });
      app.get('/v3/scopes', async () => ({
        scopes: [
          'mail.send',
          'suppression.read',
          'asm.groups.suppressions.read',
          ...(hasActivity ? ['messages.read'] : []),
        ],
      }));
      app.post('/v3/mail/send', async (request, reply) => {
        const body = mail.safeParse(request.body);
        if (!body.success)
          return refuse(
            reply,
            400,
            body.error.issues.map(({ path, message }) => ({ message, field: path.map(String).join('.') || null })),
          );
        // In its sandbox SendGrid looks a mail through and sends nothing.
        if (body.data.mail_settings?.sandbox_mode?.enable) return reply.code(200).send();
        const { messageId, dropped } = keep(body.data);
        body.data.personalizations.forEach(({ custom_args: own }, index) => {
          const named = own?.['sluice_effect_id'] ?? body.data.custom_args?.['sluice_effect_id'];
          if (!dropped.includes(index)) desk.applied(request, named ?? 'mail');
        });
        return reply.code(202).header('x-message-id', messageId).send();
      });
      app.get('/v3/messages', async ({ query }, reply) => {
        if (!hasActivity) return refuse(reply, 403, [{ message: 'access forbidden' }]);
        return (
          activity(account.searchable('mails'), query) ??
          refuse(reply, 400, [{ message: 'invalid query', field: 'query' }])
        );
      });
      suppressions.routes(app);
    },
    controls(app) {
      account.controls(app);
      suppressions.controls(app);
      // Whether the account has bought the history of its mails.
      app.post('/activity', async ({ body }, reply) => {
        const wanted = addOn.safeParse(body);
        if (!wanted.success) return refuseControl(reply, wanted.error);
        hasActivity = wanted.data.addOn;
        return wanted.data;
      });
      app.post('/pace', async ({ body }, reply) => {
        const wanted = pace.safeParse(body);
        if (!wanted.success) return refuseControl(reply, wanted.error);
        allowed = wanted.data;
        window = { startedAt: 0, requests: 0 };
        return wanted.data;
      });
      app.delete('/pace', async (_request, reply) => {
        allowed = { limit: Number.POSITIVE_INFINITY, perSeconds: 1 };
        return reply.code(204).send();
      });
    },
  };
};
