import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createAccount, effectNamedIn, type StoredObject } from '../desk/account.ts';
import type { Desk, Simulator } from '../desk/desk.ts';

const contact = z.object({
  role: z.enum(['user', 'lead']).optional(),
  email: z.email().optional(),
  name: z.string().optional(),
  phone: z.string().optional(),
  external_id: z.string().optional(),
});
const conversation = z.object({
  from: z.object({ type: z.enum(['user', 'lead', 'contact']), id: z.string() }),
  body: z.string().min(1),
});
const reply = z.object({
  message_type: z.enum(['note', 'comment']),
  type: z.literal('admin'),
  admin_id: z.string().min(1),
  body: z.string().min(1),
});
const tagging = z.object({ id: z.string().min(1), admin_id: z.string().min(1) });
const search = z.object({ query: z.object({ field: z.string(), operator: z.enum(['=', '~']), value: z.string() }) });

const refuse = (answer: FastifyReply, status: number, { code, message }: { code: string; message: string }) =>
  answer.code(status).send({ type: 'error.list', request_id: randomUUID(), errors: [{ code, message }] });
const notFound = (answer: FastifyReply, what: string) =>
  refuse(answer, 404, { code: 'not_found', message: `${what} not found` });
const invalid = (answer: FastifyReply) =>
  refuse(answer, 400, { code: 'parameter_invalid', message: 'a parameter is invalid' });

const shown = (type: string, { id, madeAt, fields }: StoredObject) => ({
  type,
  id,
  created_at: Math.floor(madeAt / 1_000),
  ...fields,
});
const applyText = (desk: Desk, request: FastifyRequest, text: string): void => {
  const effect = effectNamedIn(text);
  if (effect !== null) desk.applied(request, effect);
};

/** Intercom's API 2.15 as far as a connector needs it. Contacts' addresses are unique; its search lags behind. */
export const intercomSimulator = (): Simulator => {
  const account = createAccount(
    (fresh) => void fresh.add('admins', { email: 'agent@sluice.example', name: 'Agent' }, '1'),
  );
  const wholeOf = (found: StoredObject) => {
    const parts = account.all('parts').filter(({ fields }) => fields['conversation'] === found.id);
    const tags = (found.fields['tags'] as string[]).map((id) => ({
      type: 'tag',
      id,
      name: account.get('tags', id)?.fields['name'],
    }));
    return {
      ...shown('conversation', found),
      tags: { type: 'tag.list', tags },
      conversation_parts: {
        type: 'conversation_part.list',
        conversation_parts: parts.map((one) => shown('conversation_part', one)),
      },
    };
  };
  return {
    name: 'intercom',
    routes(app, desk) {
      app.addHook('preHandler', async ({ headers }, answer) =>
        !/^Bearer \S+$/u.test(headers.authorization ?? '') || account.isRefused
          ? refuse(answer, 401, { code: 'unauthorized', message: 'Access Token Invalid' })
          : undefined,
      );
      app.get('/me', async () => ({ type: 'admin', id: '1', email: 'agent@sluice.example' }));
      app.post('/contacts', async (request, answer) => {
        const body = contact.safeParse(request.body);
        if (!body.success) return invalid(answer);
        const before = account.all('contacts').find(({ fields }) => fields['email'] === body.data.email);
        if (before)
          return refuse(answer, 409, {
            code: 'conflict',
            message: `A contact matching those details already exists with id=${before.id}`,
          });
        const made = account.add('contacts', { role: 'user', ...body.data }, randomBytes(12).toString('hex'));
        desk.applied(request, `contact:${body.data.email}`);
        return shown('contact', made);
      });
      app.post('/contacts/search', async (request, answer) => {
        const body = search.safeParse(request.body);
        if (!body.success) return invalid(answer);
        const { field, value } = body.data.query;
        const data = account.searchable('contacts').filter(({ fields }) => fields[field] === value);
        return { type: 'list', data: data.map((one) => shown('contact', one)), total_count: data.length };
      });
      type One = { Params: { id: string } };
      app.post('/conversations', async (request, answer) => {
        const body = conversation.safeParse(request.body);
        if (!body.success) return invalid(answer);
        if (!account.get('contacts', body.data.from.id)) return notFound(answer, 'User');
        const made = account.add('conversations', {
          contact: body.data.from.id,
          source: { body: body.data.body },
          tags: [],
        });
        desk.applied(request, `conversation:${made.id}`);
        return { type: 'user_message', id: randomUUID(), conversation_id: made.id, body: body.data.body };
      });
      app.post('/conversations/search', async (request, answer) => {
        const body = search.safeParse(request.body);
        if (!body.success || body.data.query.field !== 'contact_ids') return invalid(answer);
        const found = account
          .searchable('conversations')
          .filter(({ fields }) => fields['contact'] === body.data.query.value);
        return { type: 'conversation.list', conversations: found.map((one) => shown('conversation', one)) };
      });
      app.get<One>('/conversations/:id', async ({ params }, answer) => {
        const found = account.get('conversations', params.id);
        return found ? wholeOf(found) : notFound(answer, 'Conversation');
      });
      app.post<One>('/conversations/:id/reply', async (request, answer) => {
        const body = reply.safeParse(request.body);
        if (!body.success) return invalid(answer);
        const found = account.get('conversations', request.params.id);
        if (!found) return notFound(answer, 'Conversation');
        account.add('parts', {
          conversation: request.params.id,
          part_type: body.data.message_type,
          body: body.data.body,
        });
        applyText(desk, request, body.data.body);
        return wholeOf(found);
      });
      app.post('/tags', async ({ body }, answer) => {
        const given = z.object({ name: z.string().min(1) }).safeParse(body);
        if (!given.success) return invalid(answer);
        const before = account.all('tags').find(({ fields }) => fields['name'] === given.data.name);
        return shown('tag', before ?? account.add('tags', given.data));
      });
      app.post<One>('/conversations/:id/tags', async (request, answer) => {
        const body = tagging.safeParse(request.body);
        const found = account.get('conversations', request.params.id);
        if (!body.success || !found) return invalid(answer);
        account.change('conversations', found.id, {
          tags: [...new Set([...(found.fields['tags'] as string[]), body.data.id])],
        });
        return { type: 'tag', id: body.data.id };
      });
    },
    controls: (app) => account.controls(app),
  };
};
