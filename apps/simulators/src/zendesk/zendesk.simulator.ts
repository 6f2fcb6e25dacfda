import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createAccount, effectNamedIn, type Account, type StoredObject } from '../desk/account.ts';
import type { Desk, Simulator } from '../desk/desk.ts';

const id = z.coerce.number().int().positive();
const tags = z.array(z.string().regex(/^\S{1,80}$/u, 'is no tag'));
const comment = z.strictObject({
  body: z.string().min(1).max(65_536).optional(),
  html_body: z.string().min(1).max(65_536).optional(),
  public: z.boolean().default(true),
  author_id: id.optional(),
});
const changeable = {
  subject: z.string().max(150).optional(),
  priority: z.enum(['low', 'normal', 'high', 'urgent']).nullable().optional(),
  type: z.enum(['problem', 'incident', 'question', 'task']).nullable().optional(),
  status: z.enum(['new', 'open', 'pending', 'hold', 'solved', 'closed']).optional(),
  group_id: id.nullable().optional(),
  assignee_id: id.nullable().optional(),
  tags: tags.optional(),
};
const created = z.object({
  ...changeable,
  comment,
  requester: z
    .object({ name: z.string().min(1), email: z.email().optional(), phone: z.string().optional() })
    .optional(),
  requester_id: id.optional(),
  external_id: z.string().max(255).optional(),
});
const updated = z.object({ ...changeable, comment: comment.optional(), additional_tags: tags.optional() });

const invalid = (reply: FastifyReply, error: z.ZodError) =>
  reply.code(422).send({
    error: 'RecordInvalid',
    description: 'Record validation errors',
    details: Object.fromEntries(
      error.issues.map(({ path, message }) => [
        path.join('.') || 'base',
        [{ description: message, error: 'InvalidValue' }],
      ]),
    ),
  });

const notFound = (reply: FastifyReply) => reply.code(404).send({ error: 'RecordNotFound', description: 'Not found' });

const shown = ({ id: number, fields, madeAt }: StoredObject) => ({
  id: Number(number),
  created_at: new Date(madeAt).toISOString(),
  ...fields,
});

/** A comment that names an effect applies it; one that names none applies nothing that is counted. */
const addComment = (
  { account, desk, request }: { account: Account; desk: Desk; request: FastifyRequest },
  ticketId: string,
  given: z.output<typeof comment>,
): StoredObject => {
  const made = account.add('comments', {
    ticket_id: Number(ticketId),
    body: given.body ?? given.html_body,
    public: given.public,
  });
  const effect = effectNamedIn(given.body ?? given.html_body);
  if (effect !== null) desk.applied(request, effect);
  return made;
};

/** What Zendesk has against a ticket that is well formed; null where nothing. */
const complaintAbout = (
  account: Account,
  { comment: first, group_id: group }: z.output<typeof created>,
): object | null => {
  if (!first.body && !first.html_body) return { base: [{ description: 'Description: cannot be blank' }] };
  const isKnown = group === null || group === undefined || account.get('groups', String(group)) !== null;
  return isKnown ? null : { group: [{ description: 'Group is invalid' }] };
};

const ticketRoutes = (app: FastifyInstance, account: Account, desk: Desk): void => {
  const keys = new Map<string, { readonly body: string; readonly answer: unknown }>();
  app.post('/api/v2/tickets', async (request, reply) => {
    const body = z.object({ ticket: created }).safeParse(request.body);
    if (!body.success) return invalid(reply, body.error);
    const { ticket } = body.data;
    const complaint = complaintAbout(account, ticket);
    if (complaint !== null) return reply.code(422).send({ error: 'RecordInvalid', details: complaint });
    const key = request.headers['idempotency-key'];
    const digest = createHash('sha256').update(JSON.stringify(request.body)).digest('hex');
    const before = typeof key === 'string' ? keys.get(key) : undefined;
    if (before && before.body !== digest)
      return reply
        .code(400)
        .send({ error: 'IdempotentRequestError', description: 'The key was used with another body' });
    if (before) return reply.code(201).header('x-idempotency-lookup', 'hit').send(before.answer);
    const { comment: first, requester, ...fields } = ticket;
    const made = account.add('tickets', {
      status: 'new',
      ...fields,
      description: first.body ?? first.html_body,
      requester: requester ?? null,
      tags: fields.tags ?? [],
    });
    desk.applied(request, `ticket:${ticket.external_id ?? made.id}`);
    addComment({ account, desk, request }, made.id, first);
    const answer = { ticket: shown(made) };
    if (typeof key === 'string') keys.set(key, { body: digest, answer });
    return reply.code(201).header('x-idempotency-lookup', 'miss').send(answer);
  });

  app.get('/api/v2/tickets', async (request) => {
    const { external_id: externalId } = request.query as { external_id?: string };
    const found = account.all('tickets').filter(({ fields }) => !externalId || fields['external_id'] === externalId);
    return { tickets: found.map(shown), count: found.length, next_page: null };
  });

  app.get<{ Params: { id: string } }>('/api/v2/tickets/:id', async ({ params }, reply) => {
    const found = account.get('tickets', params.id);
    return found ? { ticket: shown(found) } : notFound(reply);
  });

  app.put<{ Params: { id: string } }>('/api/v2/tickets/:id', async (request, reply) => {
    const body = z.object({ ticket: updated }).safeParse(request.body);
    if (!body.success) return invalid(reply, body.error);
    const before = account.get('tickets', request.params.id);
    if (!before) return notFound(reply);
    const { comment: more, additional_tags: newTags = [], ...fields } = body.data.ticket;
    const all = [...new Set([...(fields.tags ?? (before.fields['tags'] as string[])), ...newTags])];
    const after = account.change('tickets', before.id, { ...fields, tags: all });
    const added = more && addComment({ account, desk, request }, before.id, more);
    const events = added ? [{ id: Number(added.id), type: 'Comment', public: more?.public }] : [];
    return { ticket: shown(after ?? before), audit: { events } };
  });

  app.get<{ Params: { id: string } }>('/api/v2/tickets/:id/comments', async ({ params }, reply) => {
    if (!account.get('tickets', params.id)) return notFound(reply);
    const found = account.all('comments').filter(({ fields }) => fields['ticket_id'] === Number(params.id));
    return { comments: found.map(shown), count: found.length, next_page: null };
  });
};

/** Zendesk's Support API as far as a connector needs it: tickets, their comments, groups. */
export const zendeskSimulator = (): Simulator => {
  const account = createAccount((fresh) => {
    for (const name of ['Support', 'Billing', 'Incidents']) fresh.add('groups', { name });
  });
  return {
    name: 'zendesk',
    routes(app, desk) {
      app.addHook('preHandler', async (request, reply) => {
        const [, scheme, credentials = ''] = /^(Basic|Bearer) (.+)$/u.exec(request.headers.authorization ?? '') ?? [];
        const isToken = scheme === 'Bearer' || /^[^:]+\/token:.+/u.test(Buffer.from(credentials, 'base64').toString());
        if (scheme === undefined || !isToken || account.isRefused)
          return reply.code(401).send({ error: "Couldn't authenticate you" });
        return undefined;
      });
      ticketRoutes(app, account, desk);
      app.get('/api/v2/users/me', async () => ({ user: { id: 1, email: 'agent@sluice.example', role: 'agent' } }));
      app.get('/api/v2/groups', async () => ({ groups: account.all('groups').map(shown), next_page: null }));
    },
    controls: (app) => account.controls(app),
  };
};
