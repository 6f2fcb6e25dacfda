import { createHash, randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { createAccount, type StoredObject } from '../desk/account.ts';
import type { Simulator } from '../desk/desk.ts';

const member = z.strictObject({
  email_address: z.email(),
  status_if_new: z.enum(['subscribed', 'unsubscribed', 'cleaned', 'pending', 'transactional']),
  status: z.enum(['subscribed', 'unsubscribed', 'cleaned', 'pending', 'transactional']).optional(),
  merge_fields: z.record(z.string(), z.string().max(255)).optional(),
  language: z.string().optional(),
});
const tagging = z.strictObject({
  tags: z.array(z.strictObject({ name: z.string().min(1).max(100), status: z.enum(['active', 'inactive']) })),
  is_syncing: z.boolean().optional(),
});
const MERGE_FIELDS: readonly string[] = ['FNAME', 'LNAME', 'PHONE'];
const gone = z.strictObject({ list: z.string(), emails: z.array(z.email()) });

const problem = (reply: FastifyReply, status: number, { title, detail }: { title: string; detail: string }) =>
  reply.code(status).type('application/problem+json').send({
    type: 'https://mailchimp.com/developer/marketing/docs/errors/',
    title,
    status,
    detail,
    instance: randomUUID(),
  });

const INVALID = { title: 'Invalid Resource', detail: 'The resource submitted could not be validated.' };
const IN_COMPLIANCE = {
  title: 'Member In Compliance State',
  detail: 'is in a compliance state due to unsubscribe, bounce, or compliance review and cannot be subscribed.',
};
const hashOf = (email: string): string => createHash('md5').update(email.toLowerCase()).digest('hex');
const isValid = ({ email_address: email, merge_fields: merged = {} }: z.output<typeof member>, hash: string): boolean =>
  hashOf(email) === hash && Object.keys(merged).every((name) => MERGE_FIELDS.includes(name));
const isGone = (found: StoredObject | null): boolean =>
  ['unsubscribed', 'cleaned'].includes(String(found?.fields['status']));

/** Mailchimp's Marketing API as far as a connector needs it. There is one list, `sluice`. */
export const mailchimpSimulator = (): Simulator => {
  const account = createAccount((fresh) => void fresh.add('lists', { name: 'Sluice' }, 'sluice'));
  return {
    name: 'mailchimp',
    routes(app, desk) {
      app.addHook('preHandler', async ({ headers }, reply) => {
        const [, scheme, credentials = ''] = /^(Basic|Bearer) (\S+)$/u.exec(headers.authorization ?? '') ?? [];
        const isKey = scheme === 'Bearer' || /^[^:]*:.+-us\d+$/u.test(Buffer.from(credentials, 'base64').toString());
        return scheme === undefined || !isKey || account.isRefused
          ? problem(reply, 401, {
              title: 'API Key Invalid',
              detail: "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
            })
          : undefined;
      });
      app.get('/3.0/ping', async () => ({ health_status: "Everything's Chimpy!" }));
      type Member = { Params: { list: string; hash: string } };
      const keyOf = ({ list, hash }: Member['Params']): string => `${list}:${hash}`;
      const notFound = (reply: FastifyReply) =>
        problem(reply, 404, { title: 'Resource Not Found', detail: 'The requested resource could not be found.' });
      app.get<Member>('/3.0/lists/:list/members/:hash', async ({ params }, reply) => {
        const found = account.get('members', keyOf(params));
        return found ? { id: params.hash, ...found.fields } : notFound(reply);
      });
      app.put<Member>('/3.0/lists/:list/members/:hash', async (request, reply) => {
        const { list, hash } = request.params;
        if (!account.get('lists', list)) return notFound(reply);
        const body = member.safeParse(request.body);
        if (!body.success || !isValid(body.data, hash)) return problem(reply, 400, INVALID);
        const before = account.get('members', keyOf(request.params));
        if (isGone(before) && body.data.status !== undefined) return problem(reply, 400, IN_COMPLIANCE);
        const { status_if_new: status, ...fields } = body.data;
        const after = before
          ? account.change('members', keyOf(request.params), fields)
          : account.add('members', { ...fields, status, tags: [] }, keyOf(request.params));
        if (!before) desk.applied(request, keyOf(request.params));
        return { id: hash, ...after?.fields };
      });
      app.post<Member>('/3.0/lists/:list/members/:hash/tags', async (request, reply) => {
        const found = account.get('members', keyOf(request.params));
        if (!found) return notFound(reply);
        const body = tagging.safeParse(request.body);
        if (!body.success) return problem(reply, 400, INVALID);
        const before = found.fields['tags'] as readonly { name: string }[];
        const added = body.data.tags.filter(
          ({ name, status }) => status === 'active' && !before.some((one) => one.name === name),
        );
        account.change('members', found.id, {
          tags: [...before, ...added.map(({ name }) => ({ id: name.length, name }))],
        });
        return reply.code(204).send();
      });
    },
    controls(app) {
      account.controls(app);
      // People who have unsubscribed.
      app.post('/unsubscribed', async ({ body }) => {
        const { list, emails } = gone.parse(body);
        for (const email of emails)
          account.add(
            'members',
            { email_address: email, status: 'unsubscribed', tags: [] },
            `${list}:${hashOf(email)}`,
          );
        return { unsubscribed: emails.length };
      });
    },
  };
};
