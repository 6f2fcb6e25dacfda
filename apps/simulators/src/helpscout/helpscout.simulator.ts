import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createAccount, effectNamedIn, type StoredObject } from '../desk/account.ts';
import type { Desk, Simulator } from '../desk/desk.ts';
import { takeForms } from '../desk/take-forms.ts';

const customer = z.object({
  id: z.int().optional(),
  email: z.email().optional(),
  firstName: z.string().max(40).optional(),
  lastName: z.string().max(40).optional(),
});
const thread = z.object({
  type: z.enum(['customer', 'note', 'reply', 'chat', 'phone']),
  text: z.string().min(1),
  customer: customer.optional(),
});
const created = z.object({
  subject: z.string().min(1).max(998),
  type: z.enum(['email', 'phone', 'chat']),
  mailboxId: z.int().positive(),
  status: z.enum(['active', 'closed', 'pending']),
  customer,
  threads: z.array(thread).min(1),
  tags: z.array(z.string().max(100)).optional(),
  assignTo: z.int().optional(),
  imported: z.boolean().optional(),
});
const note = z.object({ text: z.string().min(1), user: z.int().optional() });

const refuse = (
  reply: FastifyReply,
  status: number,
  { message, errors = [] }: { message: string; errors?: readonly object[] },
) =>
  reply.code(status).send({ logRef: randomUUID(), message, ...(errors.length === 0 ? {} : { _embedded: { errors } }) });
const invalid = (reply: FastifyReply, error: z.ZodError) =>
  refuse(reply, 400, {
    message: 'Bad request',
    errors: error.issues.map(({ path, message }) => ({ path: path.join('.'), message, source: 'JSON' })),
  });

const applyText = (desk: Desk, request: FastifyRequest, text: string): void => {
  const effect = effectNamedIn(text);
  if (effect !== null) desk.applied(request, effect);
};
const shown = ({ id, madeAt, fields }: StoredObject) => ({
  id: Number(id),
  createdAt: new Date(madeAt).toISOString(),
  ...fields,
});

/** Help Scout's Mailbox API 2.0 as far as a connector needs it. */
export const helpscoutSimulator = (): Simulator => {
  const account = createAccount((fresh) => void fresh.add('mailboxes', { name: 'Support' }, '1'));
  return {
    name: 'helpscout',
    routes(app, desk) {
      takeForms(app);
      app.addHook('preHandler', async (request, reply) => {
        if (request.url.endsWith('/v2/oauth2/token')) return undefined;
        return /^Bearer sim-\S+$/u.test(request.headers.authorization ?? '') && !account.isRefused
          ? undefined
          : refuse(reply, 401, { message: 'The credentials are invalid or expired' });
      });
      app.post('/v2/oauth2/token', async ({ body }, reply) => {
        const {
          grant_type: grant,
          client_id: id,
          client_secret: secret,
        } = (body ?? {}) as Readonly<Record<string, string>>;
        return grant === 'client_credentials' && id && secret && !account.isRefused
          ? { token_type: 'bearer', access_token: `sim-${randomUUID()}`, expires_in: 172_800 }
          : reply.code(401).send({ error: 'invalid_client', error_description: 'Client authentication failed' });
      });
      app.get('/v2/users/me', async () => ({ id: 1, email: 'agent@sluice.example' }));

      app.post('/v2/conversations', async (request, reply) => {
        const body = created.safeParse(request.body);
        if (!body.success) return invalid(reply, body.error);
        if (!account.get('mailboxes', String(body.data.mailboxId)))
          return refuse(reply, 400, {
            message: 'Bad request',
            errors: [{ path: 'mailboxId', message: 'must exist', source: 'JSON' }],
          });
        const { threads, tags = [], ...fields } = body.data;
        const made = account.add('conversations', { ...fields, tags: tags.map((tag) => ({ tag })) });
        desk.applied(request, `conversation:${tags.find((tag) => tag.startsWith('sluice-')) ?? made.id}`);
        for (const one of threads) {
          account.add('threads', { conversation: made.id, type: one.type, body: one.text });
          applyText(desk, request, one.text);
        }
        return reply.code(201).header('resource-id', made.id).header('location', `/v2/conversations/${made.id}`).send();
      });
      // By its tags straight from the store, and not by `query`, which is a search.
      app.get('/v2/conversations', async ({ query }) => {
        const { tag } = query as { tag?: string };
        const found = account
          .all('conversations')
          .filter(
            ({ fields }) => tag === undefined || (fields['tags'] as { tag: string }[]).some((one) => one.tag === tag),
          );
        return {
          _embedded: { conversations: found.map(shown) },
          page: { size: 25, totalElements: found.length, totalPages: 1, number: 1 },
        };
      });
      type One = { Params: { id: string } };
      app.post<One>('/v2/conversations/:id/notes', async (request, reply) => {
        if (!account.get('conversations', request.params.id)) return refuse(reply, 404, { message: 'Not found' });
        const body = note.safeParse(request.body);
        if (!body.success) return invalid(reply, body.error);
        const made = account.add('threads', { conversation: request.params.id, type: 'note', body: body.data.text });
        applyText(desk, request, body.data.text);
        return reply.code(201).header('resource-id', made.id).send();
      });
      app.get<One>('/v2/conversations/:id/threads', async ({ params }, reply) =>
        account.get('conversations', params.id)
          ? {
              _embedded: {
                threads: account
                  .all('threads')
                  .filter(({ fields }) => fields['conversation'] === params.id)
                  .map(shown),
              },
            }
          : refuse(reply, 404, { message: 'Not found' }),
      );
    },
    controls: (app) => account.controls(app),
  };
};
