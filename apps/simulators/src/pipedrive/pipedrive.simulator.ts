import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createAccount, effectNamedIn, type StoredObject } from '../desk/account.ts';
import type { Desk, Simulator } from '../desk/desk.ts';

const id = z.int().positive();
const schemas = {
  persons: z.strictObject({
    name: z.string().min(1).max(255),
    emails: z
      .array(z.strictObject({ value: z.email(), primary: z.boolean().optional(), label: z.string().optional() }))
      .optional(),
    phones: z
      .array(z.strictObject({ value: z.string(), primary: z.boolean().optional(), label: z.string().optional() }))
      .optional(),
    org_id: id.optional(),
    custom_fields: z.record(z.string(), z.unknown()).optional(),
  }),
  organizations: z.strictObject({
    name: z.string().min(1).max(255),
    custom_fields: z.record(z.string(), z.unknown()).optional(),
  }),
  deals: z.strictObject({
    title: z.string().min(1).max(255),
    person_id: id.optional(),
    org_id: id.optional(),
    pipeline_id: id.optional(),
    stage_id: id.optional(),
    status: z.enum(['open', 'won', 'lost']).optional(),
    custom_fields: z.record(z.string(), z.unknown()).optional(),
  }),
} as const;
const note = z.strictObject({
  content: z.string().min(1),
  person_id: id.optional(),
  deal_id: id.optional(),
  org_id: id.optional(),
});

/** The key of the custom field of deals that holds our key: 40 hexadecimal digits, as the real one's are. */
export const SIMULATED_DEAL_FIELD = '5'.repeat(40);

const fail = (reply: FastifyReply, status: number, error: string) =>
  reply.code(status).send({
    success: false,
    error,
    error_info: 'Please check developers.pipedrive.com for more information.',
    data: null,
  });
const done = (data: unknown) => ({ success: true, data, additional_data: { next_cursor: null } });
const shown = ({ id: number, madeAt, fields }: StoredObject) => ({
  id: Number(number),
  add_time: new Date(madeAt).toISOString(),
  ...fields,
});

const keyOf = (type: string, fields: Readonly<Record<string, unknown>>): string => {
  const custom = (fields['custom_fields'] ?? {}) as Readonly<Record<string, unknown>>;
  if (type === 'deals') return String(custom[SIMULATED_DEAL_FIELD] ?? 'deal');
  const [first] = (fields['emails'] ?? []) as readonly { value: string }[];
  return `${type}:${first?.value ?? String(fields['name'])}`;
};

/** Pipedrive as far as a connector needs it. Nothing in it is unique: what is made twice is there twice. */
export const pipedriveSimulator = (): Simulator => {
  const account = createAccount();

  const made = (type: keyof typeof schemas, desk: Desk) => async (request: FastifyRequest, reply: FastifyReply) => {
    const body = schemas[type].safeParse(request.body);
    if (!body.success)
      return fail(reply, 400, `Validation failed: ${body.error.issues.map(({ path }) => path.join('.')).join(', ')}`);
    const custom = Object.keys(body.data.custom_fields ?? {});
    if (custom.some((key) => key !== SIMULATED_DEAL_FIELD))
      return fail(reply, 400, 'Validation failed: unknown custom field');
    const { person_id: person } = body.data as { person_id?: number };
    if (person !== undefined && !account.get('persons', String(person))) return fail(reply, 400, 'Person not found');
    const one = account.add(type, type === 'deals' ? { status: 'open', ...body.data } : body.data);
    desk.applied(request, keyOf(type, body.data));
    return reply.code(201).send(done(shown(one)));
  };
  const emailsOf = ({ fields }: StoredObject) =>
    ((fields['emails'] ?? []) as { value: string }[]).map(({ value }) => value.toLowerCase());

  return {
    name: 'pipedrive',
    routes(app, desk) {
      app.addHook('preHandler', async ({ headers }, reply) =>
        !headers['x-api-token'] || account.isRefused ? fail(reply, 401, 'unauthorized access') : undefined,
      );
      app.get('/v1/users/me', async () => done({ id: 1, email: 'agent@sluice.example' }));
      for (const type of ['persons', 'organizations', 'deals'] as const) app.post(`/api/v2/${type}`, made(type, desk));
      app.get('/api/v2/persons/search', async ({ query }) => {
        const { term = '' } = query as { term?: string };
        const items = account.searchable('persons').filter((one) => emailsOf(one).includes(term.toLowerCase()));
        return done({
          items: items.map((item) => ({ result_score: 1, item: { id: Number(item.id), type: 'person' } })),
        });
      });
      app.get('/api/v2/organizations/search', async ({ query }) => {
        const { term = '' } = query as { term?: string };
        const items = account
          .searchable('organizations')
          .filter(({ fields }) => String(fields['name']).toLowerCase() === term.toLowerCase());
        return done({
          items: items.map((item) => ({ result_score: 1, item: { id: Number(item.id), type: 'organization' } })),
        });
      });
      app.get('/api/v2/deals', async ({ query }) => {
        const { person_id: person, org_id: org, status } = query as Readonly<Record<string, string>>;
        const found = account
          .all('deals')
          .filter(({ fields }) => person === undefined || String(fields['person_id']) === person)
          .filter(({ fields }) => org === undefined || String(fields['org_id']) === org)
          .filter(({ fields }) => status === undefined || fields['status'] === status);
        return done(found.map(shown));
      });
      app.post('/v1/notes', async (request, reply) => {
        const body = note.safeParse(request.body);
        if (!body.success) return fail(reply, 400, 'Bad request');
        const one = account.add('notes', body.data);
        const effect = effectNamedIn(body.data.content);
        if (effect !== null) desk.applied(request, `note:${effect}`);
        return reply.code(201).send(done(shown(one)));
      });
      app.get('/v1/notes', async ({ query }) => {
        const { person_id: person } = query as { person_id?: string };
        return done(
          account
            .all('notes')
            .filter(({ fields }) => String(fields['person_id']) === person)
            .map(shown),
        );
      });
    },
    controls: (app) => account.controls(app),
  };
};
