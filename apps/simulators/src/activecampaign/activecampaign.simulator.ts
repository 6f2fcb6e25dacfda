import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { createAccount, type StoredObject } from '../desk/account.ts';
import type { Simulator } from '../desk/desk.ts';

const contact = z.object({
  contact: z.object({
    email: z.email(),
    firstName: z.string().optional(),
    lastName: z.string().optional(),
    phone: z.string().optional(),
  }),
});
const textId = z.union([z.string(), z.number()]).transform(String);
const onList = z.object({
  contactList: z.object({
    list: textId,
    contact: textId,
    status: z.union([z.literal(1), z.literal(2), z.literal('1'), z.literal('2')]),
  }),
});
const tag = z.object({
  tag: z.object({
    tag: z.string().min(1),
    tagType: z.enum(['contact', 'template']),
    description: z.string().optional(),
  }),
});
const tagged = z.object({ contactTag: z.object({ contact: textId, tag: textId }) });
const automated = z.object({ contactAutomation: z.object({ contact: textId, automation: textId }) });

const invalid = (reply: FastifyReply, title: string) =>
  reply.code(422).send({ errors: [{ title, detail: '', code: 'field_invalid', source: { pointer: '/data' } }] });
const GROUPS = ['lists', 'tags', 'automations'];
/** What somebody is put on or into. */
const whatOf = (fields: Readonly<Record<string, unknown>>): string =>
  String(fields['list'] ?? fields['tag'] ?? fields['automation'] ?? '');

const shown = ({ id, fields }: StoredObject) => ({ id, ...fields });

/** ActiveCampaign's API as far as a connector needs it. Who enters an automation twice is in it twice. */
export const activecampaignSimulator = (): Simulator => {
  const account = createAccount((fresh) => {
    fresh.add('lists', { name: 'Sluice' }, '1');
    fresh.add('automations', { name: 'Nurture' }, '1');
  });
  const emailOf = (id: string): string => String(account.get('contacts', id)?.fields['email'] ?? '');
  const of = (type: string, id: string) =>
    account
      .all(type)
      .filter(({ fields }) => fields['contact'] === id)
      .map(shown);

  return {
    name: 'activecampaign',
    routes(app, desk) {
      app.addHook('preHandler', async ({ headers }, reply) =>
        !headers['api-token'] || account.isRefused
          ? reply.code(403).send({ message: 'No Result found for Subscriber with id' })
          : undefined,
      );
      app.get('/api/3/users/me', async () => ({ user: { id: '1' } }));
      app.post('/api/3/contact/sync', async (request, reply) => {
        const body = contact.safeParse(request.body);
        if (!body.success) return invalid(reply, 'Contact Email Address is not valid.');
        const given = body.data.contact;
        const before = account.all('contacts').find(({ fields }) => fields['email'] === given.email);
        if (before) return { contact: shown(account.change('contacts', before.id, given) ?? before) };
        const made = account.add('contacts', given);
        desk.applied(request, `contact:${given.email}`);
        return reply.code(201).send({ contact: shown(made) });
      });
      app.get('/api/3/contacts', async ({ query }) => {
        const { email } = query as { email?: string };
        return {
          contacts: account
            .all('contacts')
            .filter(({ fields }) => fields['email'] === email)
            .map(shown),
        };
      });
      app.get<{ Params: { id: string; what: string } }>(
        '/api/3/contacts/:id/:what',
        async ({ params: { id, what } }) => ({ [what]: of(what, id) }),
      );
      app.get('/api/3/tags', async ({ query }) => {
        const { search = '' } = query as { search?: string };
        return {
          tags: account
            .all('tags')
            .filter(({ fields }) => String(fields['tag']).includes(search))
            .map(shown),
        };
      });
      app.post('/api/3/tags', async (request, reply) => {
        const body = tag.safeParse(request.body);
        if (!body.success || account.all('tags').some(({ fields }) => fields['tag'] === body.data?.tag.tag))
          return invalid(reply, 'Tag already exists');
        return reply.code(201).send({ tag: shown(account.add('tags', body.data.tag)) });
      });
      const joined = (
        path: string,
        { schema, again }: { schema: z.ZodType<Record<string, Record<string, unknown>>>; again: boolean },
      ) =>
        app.post(`/api/3/${path}`, async (request, reply) => {
          const body = schema.safeParse(request.body);
          const given = Object.values(body.data ?? {})[0] ?? {};
          const who = String(given['contact'] ?? '');
          const what = whatOf(given);
          const isThere = account.get('contacts', who) && GROUPS.some((type) => account.get(type, what));
          if (!body.success || !isThere) return invalid(reply, 'Related object does not exist');
          const before = account.all(path).find(({ fields }) => fields['contact'] === who && whatOf(fields) === what);
          if (before && !again) return { [path.slice(0, -1)]: shown(before) };
          const made = account.add(path, given);
          desk.applied(request, `${path}:${emailOf(who)}:${what}`);
          return reply.code(201).send({ [path.slice(0, -1)]: shown(made) });
        });
      joined('contactLists', { schema: onList, again: false });
      joined('contactTags', { schema: tagged, again: false });
      joined('contactAutomations', { schema: automated, again: true });
    },
    controls: (app) => account.controls(app),
  };
};
