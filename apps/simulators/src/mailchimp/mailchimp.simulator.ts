import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createAccount, type Account } from '../desk/account.ts';
import type { Simulator } from '../desk/desk.ts';
import { refuseControl } from '../desk/problem.ts';
import { queueEmail, triggerStep } from './enrolments.ts';
import { hashOf, member, shown, tagging, writeMember, writeTags } from './members.ts';
import { invalid, KEY_INVALID, NO_JSON, NOT_FOUND, problem } from './problem.ts';

interface Member {
  Params: { list: string; hash: string };
}
const lists = z.strictObject({ ids: z.array(z.string().min(1)) });
const gone = z.strictObject({
  list: z.string(),
  emails: z.array(z.email()),
  status: z.enum(['unsubscribed', 'cleaned']).default('unsubscribed'),
});

const isKey = (authorization = ''): boolean => {
  const [, scheme, credentials = ''] = /^(Basic|Bearer) (\S+)$/u.exec(authorization) ?? [];
  return scheme === 'Bearer' || /^[^:]*:.+-us\d+$/u.test(Buffer.from(credentials, 'base64').toString());
};
const idOf = ({ list, hash }: Member['Params']): string => `${list}:${hash.toLowerCase()}`;

const controlsOf = (app: FastifyInstance, account: Account): void => {
  account.controls(app);
  app.post('/lists', async ({ body }, reply) => {
    const wanted = lists.safeParse(body);
    if (!wanted.success) return refuseControl(reply, wanted.error);
    for (const id of wanted.data.ids) if (!account.get('lists', id)) account.add('lists', { name: id }, id);
    return { lists: account.all('lists').map(({ id }) => id) };
  });
  // People who have unsubscribed, or whose mailboxes are gone.
  app.post('/unsubscribed', async ({ body }, reply) => {
    const wanted = gone.safeParse(body);
    if (!wanted.success) return refuseControl(reply, wanted.error);
    const { list, emails, status } = wanted.data;
    for (const email of emails) {
      const id = `${list}:${hashOf(email)}`;
      const known = account.change('members', id, { status });
      if (!known) account.add('members', { email_address: email, status, tags: [] }, id);
    }
    return { unsubscribed: emails.length };
  });
};

/** Mailchimp's Marketing API as far as a connector needs it. The list `sluice` is there from the start. */
export const mailchimpSimulator = (): Simulator => {
  const account = createAccount((fresh) => void fresh.add('lists', { name: 'Sluice' }, 'sluice'));
  return {
    name: 'mailchimp',
    routes(app, desk) {
      app.setErrorHandler<Error & { statusCode?: number }>(async (error, _request, reply) => {
        if (error.statusCode === undefined || error.statusCode >= 500) throw error;
        return problem(reply, NO_JSON);
      });
      app.setNotFoundHandler(async (_request, reply) => problem(reply, NOT_FOUND));
      app.addHook('preHandler', async ({ headers }, reply) =>
        isKey(headers.authorization) && !account.isRefused ? undefined : problem(reply, KEY_INVALID),
      );
      app.get('/3.0/ping', async () => ({ health_status: "Everything's Chimpy!" }));
      app.get<{ Params: { list: string } }>('/3.0/lists/:list', async ({ params: { list } }, reply) => {
        const found = account.get('lists', list);
        if (!found) return problem(reply, NOT_FOUND);
        const members = account.all('members').filter(({ id }) => id.startsWith(`${list}:`));
        const countOf = (status: string) => members.filter(({ fields }) => fields['status'] === status).length;
        return {
          id: list,
          name: found.fields['name'],
          stats: {
            member_count: countOf('subscribed'),
            unsubscribe_count: countOf('unsubscribed'),
            cleaned_count: countOf('cleaned'),
          },
        };
      });
      app.get<Member>('/3.0/lists/:list/members/:hash', async ({ params }, reply) => {
        const found = account.get('members', idOf(params));
        return found ? shown(found) : problem(reply, NOT_FOUND);
      });
      app.put<Member>('/3.0/lists/:list/members/:hash', async (request, reply) => {
        if (!account.get('lists', request.params.list)) return problem(reply, NOT_FOUND);
        const body = member.safeParse(request.body);
        if (!body.success) return problem(reply, invalid(body.error));
        const written = writeMember(account, idOf(request.params), body.data);
        if ('detail' in written) return problem(reply, written);
        written.applied.forEach((key) => desk.applied(request, key));
        return shown(written.after);
      });
      app.post<Member>('/3.0/lists/:list/members/:hash/tags', async (request, reply) => {
        const found = account.get('members', idOf(request.params));
        if (!found) return problem(reply, NOT_FOUND);
        const body = tagging.safeParse(request.body);
        if (!body.success) return problem(reply, invalid(body.error));
        writeTags(account, found, body.data.tags).forEach((key) => desk.applied(request, key));
        return reply.code(204).send();
      });
      const done = (request: FastifyRequest, reply: FastifyReply, result: ReturnType<typeof queueEmail>) => {
        if ('detail' in result) return problem(reply, result);
        desk.applied(request, result.key);
        return reply.code(204).send();
      };
      app.post<{ Params: { id: string; email: string } }>(
        '/3.0/automations/:id/emails/:email/queue',
        async (request, reply) => done(request, reply, queueEmail(account, request.params, request.body)),
      );
      app.post<{ Params: { journey: string; step: string } }>(
        '/3.0/customer-journeys/journeys/:journey/steps/:step/actions/trigger',
        async (request, reply) => done(request, reply, triggerStep(account, request.params, request.body)),
      );
    },
    controls: (app) => controlsOf(app, account),
  };
};
