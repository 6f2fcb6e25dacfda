import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { createAccount } from '../desk/account.ts';
import type { Simulator } from '../desk/desk.ts';
import { headerIn, localPartOf } from '../desk/mail-of.ts';

const refuse = (reply: FastifyReply, status: number, { code, message }: { code: string; message: string }) =>
  reply
    .code(status)
    .send({ error: { code, message, innerError: { date: new Date().toISOString(), 'request-id': randomUUID() } } });

/** Microsoft Graph's mail as far as a sender needs it: MIME in, and what was sent by its Message-ID. */
export const graphSimulator = (): Simulator => {
  const account = createAccount();
  return {
    name: 'graph',
    routes(app, desk) {
      app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
        done(null, Object.fromEntries(new URLSearchParams(String(body)))),
      );
      app.addHook('preHandler', async ({ url, headers }, reply) => {
        if (url.endsWith('/oauth2/v2.0/token')) return undefined;
        return /^Bearer eyJ\S+$/u.test(headers.authorization ?? '') && !account.isRefused
          ? undefined
          : refuse(reply, 401, {
              code: 'InvalidAuthenticationToken',
              message: 'Access token has expired or is not yet valid.',
            });
      });
      app.post('/:tenant/oauth2/v2.0/token', async ({ body }, reply) => {
        const {
          grant_type: grant,
          client_id: id,
          client_secret: secret,
          scope,
        } = (body ?? {}) as Readonly<Record<string, string>>;
        return grant === 'client_credentials' && id && secret && scope?.endsWith('/.default') && !account.isRefused
          ? { token_type: 'Bearer', expires_in: 3_599, access_token: `eyJ${randomUUID()}` }
          : reply
              .code(401)
              .send({ error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret provided.' });
      });
      type User = { Params: { user: string } };
      app.post<User>('/v1.0/users/:user/sendMail', async (request, reply) => {
        const raw = typeof request.body === 'string' ? Buffer.from(request.body, 'base64').toString('utf8') : '';
        const to = headerIn(raw, 'To');
        if (to === null)
          return refuse(reply, 400, {
            code: 'ErrorMimeContentInvalidBase64String',
            message: 'Invalid base64 string for MIME content.',
          });
        const messageId = headerIn(raw, 'Message-ID');
        account.add('messages', { internetMessageId: messageId, to, subject: headerIn(raw, 'Subject'), raw });
        desk.applied(request, localPartOf(messageId));
        return reply.code(202).send();
      });
      app.get<User>('/v1.0/users/:user/mailFolders/sentitems/messages', async ({ query }, reply) => {
        const { $filter: filter } = query as { $filter?: string };
        const wanted = filter === undefined ? null : /^internetMessageId eq '(<[^']+>)'$/u.exec(filter)?.[1];
        if (wanted === undefined) return refuse(reply, 400, { code: 'BadRequest', message: 'Invalid filter clause' });
        const found = account
          .searchable('messages')
          .filter(({ fields }) => wanted === null || fields['internetMessageId'] === wanted);
        return { value: found.map(({ id, fields }) => ({ id, internetMessageId: fields['internetMessageId'] })) };
      });
    },
    controls: (app) => account.controls(app),
  };
};
