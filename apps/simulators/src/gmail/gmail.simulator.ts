import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { createAccount } from '../desk/account.ts';
import type { Simulator } from '../desk/desk.ts';
import { headerIn, localPartOf } from '../desk/mail-of.ts';

const sent = z.object({ raw: z.string().regex(/^[\w-]+=*$/u), threadId: z.string().optional() });

const refuse = (reply: FastifyReply, code: number, { reason, message }: { reason: string; message: string }) =>
  reply
    .code(code)
    .send({ error: { code, message, status: reason.toUpperCase(), errors: [{ domain: 'global', reason, message }] } });

/** Gmail's API as far as a sender needs it. A repeated POST is a second mail. */
export const gmailSimulator = (): Simulator => {
  const account = createAccount();
  return {
    name: 'gmail',
    routes(app, desk) {
      app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
        done(null, Object.fromEntries(new URLSearchParams(String(body)))),
      );
      app.addHook('preHandler', async ({ url, headers }, reply) => {
        if (url.startsWith('/gmail/token')) return undefined;
        return /^Bearer ya29\.\S+$/u.test(headers.authorization ?? '') && !account.isRefused
          ? undefined
          : refuse(reply, 401, { reason: 'authError', message: 'Invalid Credentials' });
      });
      app.post('/token', async ({ body }, reply) => {
        const { grant_type: grant, refresh_token: token } = (body ?? {}) as Readonly<Record<string, string>>;
        return grant === 'refresh_token' && token && !account.isRefused
          ? {
              access_token: `ya29.${randomUUID()}`,
              expires_in: 3_599,
              token_type: 'Bearer',
              scope: 'https://www.googleapis.com/auth/gmail.send',
            }
          : reply.code(400).send({ error: 'invalid_grant', error_description: 'Token has been expired or revoked.' });
      });
      type User = { Params: { user: string } };
      app.get<User>('/gmail/v1/users/:user/profile', async () => ({
        emailAddress: 'hello@sluice.example',
        historyId: '1',
        messagesTotal: 1,
        threadsTotal: 1,
      }));
      app.post<User>('/gmail/v1/users/:user/messages/send', async (request, reply) => {
        const body = sent.safeParse(request.body);
        const raw = body.success ? Buffer.from(body.data.raw, 'base64url').toString('utf8') : '';
        const to = headerIn(raw, 'To');
        if (!body.success || to === null)
          return refuse(reply, 400, { reason: 'invalidArgument', message: 'Recipient address required' });
        const messageId = headerIn(raw, 'Message-ID');
        const id = randomUUID().replaceAll('-', '').slice(0, 16);
        account.add('messages', { messageId, to, subject: headerIn(raw, 'Subject'), raw }, id);
        desk.applied(request, localPartOf(messageId));
        return { id, threadId: id, labelIds: ['SENT'] };
      });
      app.get<User>('/gmail/v1/users/:user/messages', async ({ query }) => {
        const { q = '' } = query as { q?: string };
        const wanted = /^rfc822msgid:(.+)$/u.exec(q)?.[1];
        const found = account.searchable('messages').filter(({ fields }) => fields['messageId'] === `<${wanted}>`);
        return {
          ...(found.length === 0 ? {} : { messages: found.map(({ id }) => ({ id, threadId: id })) }),
          resultSizeEstimate: found.length,
        };
      });
    },
    controls: (app) => account.controls(app),
  };
};
