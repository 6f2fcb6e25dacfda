import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createAccount } from '../desk/account.ts';
import type { Simulator } from '../desk/desk.ts';
import { takeForms } from '../desk/take-forms.ts';
import { refuseControl } from '../desk/problem.ts';
import { messageList } from './message-list.ts';
import { complaintAbout, idOf, keyOf, newMessage, shown, type Refusal } from './message.ts';

const ROOT = '/2010-04-01/Accounts/:sid';
const numbers = z.strictObject({ numbers: z.array(z.string()) });
const regions = z.strictObject({ refused: z.array(z.string().regex(/^\+\d+$/u)) });

const refuse = (reply: FastifyReply, [status, code, message]: Refusal) =>
  reply.code(status).send({ code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });

const notFound = (reply: FastifyReply, { url }: FastifyRequest) =>
  refuse(reply, [
    404,
    20_404,
    `The requested resource ${url.replace(/^\/twilio/u, '').replace(/\?.*$/u, '')} was not found`,
  ]);

const userOf = (authorization = ''): string | null => {
  const [, basic = ''] = /^Basic (\S+)$/u.exec(authorization) ?? [];
  return /^((?:AC|SK)\w*):.+/u.exec(Buffer.from(basic, 'base64').toString())?.[1] ?? null;
};

const withoutEnding = (sid: string): string => sid.replace(/\.json$/u, '');

/** Twilio's messages. A repeated POST is a second message: there is no key for it. */
export const twilioSimulator = (): Simulator => {
  const account = createAccount();
  let stopped: ReadonlySet<string> = new Set();
  let closedRegions: readonly string[] = [];
  return {
    name: 'twilio',
    routes(app, desk) {
      takeForms(app);
      app.addHook('preHandler', async (request, reply) => {
        const user = userOf(request.headers.authorization);
        if (user === null || account.isRefused) return refuse(reply, [401, 20_003, 'Authenticate']);
        const { sid } = request.params as { sid?: string };
        // An API key is of some account; an account's own token opens that account alone.
        const isOpen = sid === undefined || user.startsWith('SK') || withoutEnding(sid) === user;
        return isOpen ? undefined : notFound(reply, request);
      });
      type One = { Params: { sid: string; message: string } };
      app.get<One>(ROOT, async ({ params }) => {
        const sid = withoutEnding(params.sid);
        return {
          sid,
          status: 'active',
          type: 'Full',
          friendly_name: 'Sluice',
          owner_account_sid: sid,
          uri: `/2010-04-01/Accounts/${sid}.json`,
        };
      });
      app.post<One>(`${ROOT}/Messages.json`, async (request, reply) => {
        const given = newMessage.parse(request.body ?? {});
        const complaint = complaintAbout(given, { stopped, closedRegions });
        if (complaint) return refuse(reply, complaint);
        const made = account.add('messages', { account: request.params.sid, ...given });
        desk.applied(request, keyOf(given));
        return reply.code(201).send(shown(made, 'accepted'));
      });
      app.get<One>(`${ROOT}/Messages.json`, async ({ params: { sid }, query }) =>
        messageList(account.searchable('messages'), sid, query),
      );
      app.get<One>(`${ROOT}/Messages/:message`, async (request, reply) => {
        const { sid, message } = request.params;
        const found = account.get('messages', idOf(withoutEnding(message)));
        return found?.fields['account'] === sid ? shown(found, 'sent') : notFound(reply, request);
      });
    },
    controls(app) {
      account.controls(app);
      // Numbers that have answered STOP, instead of those so far.
      app.post('/stopped', async ({ body }, reply) => {
        const wanted = numbers.safeParse(body);
        if (!wanted.success) return refuseControl(reply, wanted.error);
        stopped = new Set(wanted.data.numbers);
        return { stopped: stopped.size };
      });
      // Beginnings of the numbers that the account may not send to.
      app.post('/regions', async ({ body }, reply) => {
        const wanted = regions.safeParse(body);
        if (!wanted.success) return refuseControl(reply, wanted.error);
        closedRegions = wanted.data.refused;
        return wanted.data;
      });
    },
  };
};
