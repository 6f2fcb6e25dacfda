import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createAccount } from '../desk/account.ts';
import type { Simulator } from '../desk/desk.ts';
import { takeForms } from '../desk/take-forms.ts';
import { headerIn, localPartOf } from '../desk/mail-of.ts';
import { refuseControl } from '../desk/problem.ts';
import { answerToken, refuse } from './answers.ts';
import { createMailbox, formats, isFoundBy, shown, threadOf } from './mailbox.ts';

interface One {
  Params: { user: string; id: string };
}
const newMessage = z.object({ raw: z.string().min(1), threadId: z.string().optional() });
const listing = z.object({
  q: z.string().default(''),
  maxResults: z.coerce.number().int().min(1).max(500).catch(100),
  pageToken: z.coerce.number().int().min(0).catch(0),
});
const getting = z.object({
  format: z.enum(formats).default('full'),
  metadataHeaders: z.union([z.string().transform((name) => [name]), z.array(z.string())]).default([]),
});
const received = z.strictObject({ raw: z.string().min(1) });

const NO_RAW = "'raw' RFC822 payload message string or uploading message via /upload/* URL required";
const NOT_FOUND = 'Requested entity was not found.';

/** Gmail's API as far as a sender needs it. A repeated POST is a second mail. */
export const gmailSimulator = (): Simulator => {
  const account = createAccount();
  const mailbox = createMailbox(account);

  const send = (
    request: FastifyRequest,
    reply: FastifyReply,
  ): { raw: string; threadId?: string | undefined } | null => {
    const body = newMessage.safeParse(request.body);
    if (!body.success || !/^[\w-]+=*$/u.test(body.data.raw)) {
      void refuse(reply, 400, body.success ? 'Invalid value for ByteString: raw' : NO_RAW);
      return null;
    }
    const raw = Buffer.from(body.data.raw, 'base64url').toString('utf8');
    const { threadId } = body.data;
    const thread = threadId === undefined ? [] : mailbox.inThread(threadId);
    const hasRecipient = ['To', 'Cc', 'Bcc'].some((name) => headerIn(raw, name));
    if (!hasRecipient) void refuse(reply, 400, 'Recipient address required');
    else if (threadId !== undefined && thread.length === 0) void refuse(reply, 404, NOT_FOUND);
    else if (threadId !== undefined && !mailbox.fits(raw, thread)) void refuse(reply, 400, 'Invalid thread_id value');
    else return { raw, threadId };
    return null;
  };

  return {
    name: 'gmail',
    routes(app, desk) {
      takeForms(app);
      app.addHook('preHandler', async ({ url, headers, params }, reply) => {
        if (url.startsWith('/gmail/token')) return undefined;
        if (!/^Bearer ya29\.\S+$/u.test(headers.authorization ?? '') || account.isRefused)
          return refuse(reply, 401, 'Invalid Credentials');
        const { user = 'me' } = params as { user?: string };
        return user === 'me' || user.includes('@') ? undefined : refuse(reply, 400, 'Invalid user id');
      });
      app.post('/token', async ({ body }, reply) => answerToken(reply, body, account.isRefused));

      app.get('/gmail/v1/users/:user/profile', async () => {
        const mails = account.all('messages');
        return {
          emailAddress: 'hello@sluice.example',
          messagesTotal: mails.length,
          threadsTotal: new Set(mails.map(threadOf)).size,
          historyId: '1',
        };
      });
      app.post('/gmail/v1/users/:user/messages/send', async (request, reply) => {
        const wanted = send(request, reply);
        if (wanted === null) return reply;
        const sent = mailbox.add({ ...wanted, label: 'SENT' });
        desk.applied(request, localPartOf(headerIn(wanted.raw, 'Message-ID')));
        return { id: sent.id, threadId: threadOf(sent), labelIds: ['SENT'] };
      });
      app.get('/gmail/v1/users/:user/messages', async ({ query }) => {
        const { q, maxResults, pageToken: start } = listing.parse(query);
        const found = account
          .searchable('messages')
          .filter((one) => isFoundBy(one, q))
          .toReversed();
        const end = start + maxResults;
        const messages = found.slice(start, end).map((one) => ({ id: one.id, threadId: threadOf(one) }));
        return {
          // Google leaves an empty list out.
          ...(messages.length === 0 ? {} : { messages }),
          ...(end < found.length ? { nextPageToken: String(end) } : {}),
          resultSizeEstimate: found.length,
        };
      });
      app.get<One>('/gmail/v1/users/:user/messages/:id', async ({ params: { id }, query }, reply) => {
        const wanted = getting.safeParse(query);
        if (!wanted.success) return refuse(reply, 400, 'Invalid value at format');
        const found = account.get('messages', id);
        if (!found) return refuse(reply, 404, NOT_FOUND);
        return shown(found, wanted.data.format, wanted.data.metadataHeaders);
      });
    },
    controls(app) {
      account.controls(app);
      // A mail that came from somebody, so that there is a thread to answer in.
      app.post('/received', async ({ body }, reply) => {
        const wanted = received.safeParse(body);
        if (!wanted.success) return refuseControl(reply, wanted.error);
        const mail = mailbox.add({ raw: wanted.data.raw, label: 'INBOX' });
        return { id: mail.id, threadId: threadOf(mail) };
      });
    },
  };
};
