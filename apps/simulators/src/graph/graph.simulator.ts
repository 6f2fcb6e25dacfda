import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createAccount, type StoredObject } from '../desk/account.ts';
import type { Desk, Simulator } from '../desk/desk.ts';
import { takeForms } from '../desk/take-forms.ts';
import { refuseControl } from '../desk/problem.ts';
import * as answers from './answers.ts';
import { createMailbox } from './mailbox.ts';
import * as messages from './message.ts';

type Answers = answers.Complaint | messages.Mail;
interface One {
  Params: { user: string; id: string; folder: string };
}
const { refuse } = answers;
const USER = '/v1.0/users/:user';
const MESSAGE = `${USER}/messages/:id`;
const received = z.strictObject({ user: z.email(), message: messages.message });

const isComplaint = (found: Answers): found is answers.Complaint => 'status' in found;
const isPublic = (url: string): boolean =>
  /\/(?:oauth2\/v2\.0\/token|\.well-known\/openid-configuration)$/u.test(url.replace(/\?.*$/u, ''));
const isUser = (user: string): boolean => user.includes('@') && !user.startsWith('missing');

/** What is to be sent, as JSON or as MIME. */
const mailIn = ({ body }: FastifyRequest): { readonly mail: Answers; readonly isKept: boolean } => {
  if (typeof body === 'string') return { mail: messages.mimeMail(body), isKept: true };
  const given = messages.sendMail.safeParse(body);
  return given.success
    ? { mail: messages.jsonMail(given.data.message), isKept: given.data.saveToSentItems }
    : { mail: messages.complaintOf(given.error), isKept: false };
};

const draftIn = ({ body }: FastifyRequest): Answers => {
  if (typeof body === 'string') return messages.mimeMail(body);
  const given = messages.message.safeParse(body ?? {});
  return given.success ? messages.jsonMail(given.data) : messages.complaintOf(given.error);
};

const replyTo = (answered: StoredObject, { body }: FastifyRequest): Answers => {
  const given = messages.createReply.safeParse(body ?? {});
  if (!given.success) return messages.complaintOf(given.error);
  const { from, replyTo: instead, subject = '', toRecipients } = answered.fields as messages.Message;
  const { message = {}, comment = '' } = given.data;
  return messages.jsonMail({
    subject: /^re:/iu.test(subject) ? subject : `RE: ${subject}`,
    toRecipients: instead ?? (from ? [from] : (toRecipients ?? [])),
    body: { contentType: 'html', content: comment },
    ...message,
  });
};

type Mailbox = ReturnType<typeof createMailbox>;

/** Drafts: made, changed, and sent. */
const draftRoutes = (app: FastifyInstance, desk: Desk, mailbox: Mailbox): void => {
  const draft = (request: FastifyRequest<One>, reply: FastifyReply, mail: Answers) => {
    if (isComplaint(mail)) return refuse(reply, mail);
    const made = mailbox.add(request.params.user, 'drafts', mail);
    desk.applied(request, `draft:${mail.key}`);
    return reply.code(201).send(messages.shown(made));
  };
  app.post<One>(`${USER}/messages`, async (request, reply) => draft(request, reply, draftIn(request)));
  app.post<One>(`${MESSAGE}/createReply`, async (request, reply) => {
    const answered = mailbox.get(request.params.user, request.params.id);
    if (!answered) return refuse(reply, answers.ITEM_NOT_FOUND);
    const conversationId = String(answered.fields['conversationId']);
    return draft(request, reply, { ...replyTo(answered, request), conversationId });
  });
  app.get<One>(MESSAGE, async ({ params: { user, id }, query }, reply) => {
    const found = mailbox.get(user, id);
    const { $select: select } = query as { $select?: string };
    return found ? messages.shown(found, select) : refuse(reply, answers.ITEM_NOT_FOUND);
  });
  app.patch<One>(MESSAGE, async (request, reply) => {
    const { user, id } = request.params;
    const found = mailbox.get(user, id);
    if (!found) return refuse(reply, answers.ITEM_NOT_FOUND);
    const given = messages.message.safeParse(request.body);
    const complaint = given.success ? messages.headerComplaint(given.data) : messages.complaintOf(given.error);
    if (!given.success || complaint) return refuse(reply, complaint ?? answers.ITEM_NOT_FOUND);
    const mail = messages.jsonMail({ ...(found.fields as messages.Message), ...given.data });
    const after = mailbox.change(id, 'key' in mail ? { ...given.data, ...{ key: mail.key } } : given.data) ?? found;
    if (JSON.stringify(after.fields) !== JSON.stringify(found.fields))
      desk.applied(request, `update:${String(after.fields['key'])}`);
    return messages.shown(after);
  });
  app.post<One>(`${MESSAGE}/send`, async (request, reply) => {
    const { user, id } = request.params;
    const found = mailbox.get(user, id);
    if (found?.fields['folder'] !== 'drafts') return refuse(reply, answers.ITEM_NOT_FOUND);
    const mail = found.fields as messages.Message as messages.Mail;
    if (!messages.hasRecipient(mail)) return refuse(reply, answers.NO_RECIPIENTS);
    mailbox.forget(id);
    mailbox.add(user, 'sentitems', mail);
    desk.applied(request, mail.key);
    return reply.code(202).send();
  });
};

/** Microsoft Graph's mail as far as a sender needs it: sent at once or by a draft, and what was sent by its Message-ID. */
export const graphSimulator = (): Simulator => {
  const account = createAccount();
  const mailbox = createMailbox(account);
  return {
    name: 'graph',
    routes(app, desk) {
      takeForms(app);
      app.addHook('preHandler', async ({ url, headers, params, routeOptions }, reply) => {
        if (isPublic(url)) return undefined;
        if (!/^Bearer eyJ\S+$/u.test(headers.authorization ?? '') || account.isRefused)
          return refuse(reply, answers.TOKEN_INVALID);
        const { user } = params as { user?: string };
        if (user === undefined || isUser(user)) return undefined;
        return refuse(
          reply,
          routeOptions.url?.endsWith('/:user') ? answers.noSuchUser(user) : answers.unknownUser(user),
        );
      });
      type Tenant = { Params: { tenant: string } };
      app.post('/:tenant/oauth2/v2.0/token', async ({ body }, reply) =>
        answers.answerToken(reply, body, account.isRefused),
      );
      app.get<Tenant>('/:tenant/v2.0/.well-known/openid-configuration', async (request) =>
        answers.openIdOf(request, request.params.tenant),
      );
      app.get<One>(USER, async ({ params: { user } }) => ({
        '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users/$entity',
        id: user,
        displayName: user.replace(/@.*$/u, ''),
        mail: user,
        userPrincipalName: user,
      }));
      app.post<One>(`${USER}/sendMail`, async (request, reply) => {
        const { mail, isKept } = mailIn(request);
        if (isComplaint(mail)) return refuse(reply, mail);
        if (!messages.hasRecipient(mail)) return refuse(reply, answers.NO_RECIPIENTS);
        if (isKept) mailbox.add(request.params.user, 'sentitems', mail);
        desk.applied(request, mail.key);
        return reply.code(202).send();
      });
      const list = async ({ params: { user, folder }, query }: FastifyRequest<One>, reply: FastifyReply) =>
        mailbox.list(user, query, folder) ?? refuse(reply, answers.INVALID_FILTER);
      app.get<One>(`${USER}/messages`, list);
      app.get<One>(`${USER}/mailFolders/:folder/messages`, list);
      draftRoutes(app, desk, mailbox);
    },
    controls(app) {
      account.controls(app);
      // A mail that came from somebody, so that there is one to answer.
      app.post('/received', async ({ body }, reply) => {
        const wanted = received.safeParse(body);
        if (!wanted.success) return refuseControl(reply, wanted.error);
        const mail = messages.jsonMail(wanted.data.message);
        if (isComplaint(mail)) return reply.code(422).send(mail);
        return messages.shown(mailbox.add(wanted.data.user, 'inbox', mail));
      });
    },
  };
};
