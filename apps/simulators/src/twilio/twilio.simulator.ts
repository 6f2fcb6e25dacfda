import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { createAccount, type StoredObject } from '../desk/account.ts';
import type { Simulator } from '../desk/desk.ts';

const E164 = /^\+[1-9]\d{6,14}$/u;
const LONGEST = 1_600;
const message = z.object({
  To: z.string(),
  From: z.string().optional(),
  MessagingServiceSid: z.string().optional(),
  Body: z.string(),
});

const refuse = (reply: FastifyReply, status: number, [code, said]: readonly [number, string]) =>
  reply.code(status).send({ code, message: said, more_info: `https://www.twilio.com/docs/errors/${code}`, status });

const shown = ({ id, madeAt, fields }: StoredObject) => ({
  sid: `SM${id.padStart(32, '0')}`,
  account_sid: fields['account'],
  to: fields['To'],
  from: fields['From'],
  body: fields['Body'],
  status: 'queued',
  direction: 'outbound-api',
  num_segments: '1',
  error_code: null,
  error_message: null,
  date_created: new Date(madeAt).toUTCString(),
  date_sent: new Date(madeAt).toUTCString(),
  date_updated: new Date(madeAt).toUTCString(),
  uri: `/2010-04-01/Accounts/${String(fields['account'])}/Messages/SM${id}.json`,
});

/** Twilio's messages. A repeated POST is a second message: there is no key for it. */
export const twilioSimulator = (): Simulator => {
  const account = createAccount();
  const stopped = new Set<string>();
  return {
    name: 'twilio',
    routes(app, desk) {
      app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
        done(null, Object.fromEntries(new URLSearchParams(String(body)))),
      );
      app.addHook('preHandler', async ({ headers }, reply) => {
        const [, basic = ''] = /^Basic (\S+)$/u.exec(headers.authorization ?? '') ?? [];
        return !/^AC[^:]*:.+/u.test(Buffer.from(basic, 'base64').toString()) || account.isRefused
          ? refuse(reply, 401, [20_003, 'Authenticate'])
          : undefined;
      });
      type One = { Params: { sid: string } };
      app.get<One>('/2010-04-01/Accounts/:sid', async ({ params: { sid } }) => ({
        sid,
        status: 'active',
        friendly_name: 'Sluice',
      }));
      app.post<One>('/2010-04-01/Accounts/:sid/Messages.json', async (request, reply) => {
        const body = message.safeParse(request.body);
        if (!body.success) return refuse(reply, 400, [21_602, 'Message body is required.']);
        const { To: to, From: from, Body: text } = body.data;
        if (!E164.test(to)) return refuse(reply, 400, [21_211, `The 'To' number is not a valid phone number.`]);
        if (from !== undefined && !E164.test(from))
          return refuse(reply, 400, [21_212, `The 'From' number is not a valid phone number.`]);
        if (stopped.has(to)) return refuse(reply, 400, [21_610, 'Attempt to send to unsubscribed recipient']);
        if (text.length > LONGEST)
          return refuse(reply, 400, [21_617, 'The concatenated message body exceeds the 1600 character limit']);
        const made = account.add('messages', { account: request.params.sid, ...body.data });
        desk.applied(request, /#([0-9a-f]{8})$/u.exec(text)?.[1] ?? made.id);
        return reply.code(201).send(shown(made));
      });
      app.get<One>('/2010-04-01/Accounts/:sid/Messages.json', async ({ query }) => {
        const { To: to } = query as { To?: string };
        const messages = account.searchable('messages').filter(({ fields }) => to === undefined || fields['To'] === to);
        return { messages: messages.toReversed().map(shown), page: 0, page_size: 50, next_page_uri: null };
      });
    },
    controls(app) {
      account.controls(app);
      // Numbers that have answered STOP.
      app.post('/stopped', async ({ body }) => {
        const { numbers } = z.strictObject({ numbers: z.array(z.string()) }).parse(body);
        stopped.clear();
        numbers.forEach((one) => stopped.add(one));
        return { stopped: numbers.length };
      });
    },
  };
};
