import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createAccount, effectNamedIn, type StoredObject } from '../desk/account.ts';
import type { Desk, Simulator } from '../desk/desk.ts';

const tags = z.array(z.string().min(1).max(32));
const ticket = {
  subject: z.string().max(255),
  description: z.string(),
  status: z.union([z.literal(2), z.literal(3), z.literal(4), z.literal(5)]),
  priority: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  source: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(7), z.literal(9), z.literal(10)]).optional(),
  tags: tags.optional(),
  group_id: z.int().positive().optional(),
  type: z.string().optional(),
};
const created = z.strictObject({
  ...ticket,
  email: z.email().optional(),
  name: z.string().optional(),
  phone: z.string().optional(),
});
const updated = z.strictObject(ticket).partial();
const note = z.strictObject({ body: z.string().min(1), private: z.boolean().default(true) });

const invalid = (reply: FastifyReply, errors: readonly { field: string; message: string; code: string }[]) =>
  reply.code(400).send({ description: 'Validation failed', errors });
const issuesOf = (error: z.ZodError) =>
  error.issues.map(({ path, message }) => ({ field: path.join('.'), message, code: 'invalid_value' }));

const shown = ({ id, madeAt, fields }: StoredObject) => ({
  id: Number(id),
  created_at: new Date(madeAt).toISOString(),
  updated_at: new Date(madeAt).toISOString(),
  ...fields,
});

const applyNote = (desk: Desk, request: FastifyRequest, text: string): void => {
  const effect = effectNamedIn(text);
  if (effect !== null) desk.applied(request, effect);
};

/** Freshdesk's API as far as a connector needs it. A repeated POST makes a second ticket, and a second note. */
export const freshdeskSimulator = (): Simulator => {
  const account = createAccount((fresh) => {
    for (const name of ['Support', 'Billing']) fresh.add('groups', { name });
  });
  return {
    name: 'freshdesk',
    routes(app, desk) {
      app.addHook('preHandler', async ({ headers }, reply) => {
        const [, basic = ''] = /^Basic (\S+)$/u.exec(headers.authorization ?? '') ?? [];
        return !/^.+:./u.test(Buffer.from(basic, 'base64').toString()) || account.isRefused
          ? reply
              .code(401)
              .send({ code: 'invalid_credentials', message: 'You have to be logged in to perform this action.' })
          : undefined;
      });
      app.get('/api/v2/agents/me', async () => ({ id: 1, contact: { email: 'agent@sluice.example' } }));
      app.get('/api/v2/groups', async () => account.all('groups').map(shown));

      app.post('/api/v2/tickets', async (request, reply) => {
        const body = created.safeParse(request.body);
        if (!body.success) return invalid(reply, issuesOf(body.error));
        const { email, phone, group_id: group } = body.data;
        if (email === undefined && phone === undefined)
          return invalid(reply, [
            {
              field: 'requester_id',
              message: 'One of the following: requester_id, phone, email, twitter_id, facebook_id',
              code: 'missing_field',
            },
          ]);
        if (group !== undefined && !account.get('groups', String(group)))
          return invalid(reply, [
            { field: 'group_id', message: 'There is no group matching the given group_id', code: 'invalid_value' },
          ]);
        const made = account.add('tickets', body.data);
        desk.applied(request, `ticket:${(body.data.tags ?? []).find((tag) => tag.startsWith('sluice-')) ?? made.id}`);
        applyNote(desk, request, body.data.description);
        return reply.code(201).send(shown(made));
      });
      // By the requester's address, straight from the store; the newest first.
      app.get('/api/v2/tickets', async ({ query }) => {
        const { email } = query as { email?: string };
        return account
          .all('tickets')
          .filter(({ fields }) => email === undefined || fields['email'] === email)
          .toReversed()
          .slice(0, 100)
          .map(shown);
      });
      type One = { Params: { id: string } };
      app.put<One>('/api/v2/tickets/:id', async (request, reply) => {
        const body = updated.safeParse(request.body);
        if (!body.success) return invalid(reply, issuesOf(body.error));
        const after = account.change('tickets', request.params.id, body.data);
        return after ? shown(after) : reply.code(404).send();
      });
      app.post<One>('/api/v2/tickets/:id/notes', async (request, reply) => {
        if (!account.get('tickets', request.params.id)) return reply.code(404).send();
        const body = note.safeParse(request.body);
        if (!body.success) return invalid(reply, issuesOf(body.error));
        const made = account.add('notes', {
          ticket_id: request.params.id,
          body: body.data.body,
          body_text: body.data.body,
          private: body.data.private,
        });
        applyNote(desk, request, body.data.body);
        return reply.code(201).send(shown(made));
      });
      app.get<One>('/api/v2/tickets/:id/conversations', async ({ params }, reply) =>
        account.get('tickets', params.id)
          ? account
              .all('notes')
              .filter(({ fields }) => fields['ticket_id'] === params.id)
              .map(shown)
          : reply.code(404).send(),
      );
    },
    controls: (app) => account.controls(app),
  };
};
