import type { FastifyReply } from 'fastify';
import { createAccount, type StoredObject } from '../desk/account.ts';
import type { Simulator } from '../desk/desk.ts';
import { contactBody, joiningOf, tagBody, type JoiningPath } from './bodies.ts';
import { join, joinedOf } from './joinings.ts';

const invalid = (reply: FastifyReply, { title, field, code }: { title: string; field: string; code: string }) =>
  reply.code(422).send({ errors: [{ title, detail: '', code, source: { pointer: `/data/attributes/${field}` } }] });

const JOININGS: readonly JoiningPath[] = ['contactLists', 'contactTags', 'contactAutomations'];
const LISTED = ['lists', 'automations'] as const;

const shown = ({ id, fields }: StoredObject) => ({ id, ...fields });
const page = (name: string, found: readonly StoredObject[]) => ({
  [name]: found.map(shown),
  meta: { total: String(found.length) },
});

/** ActiveCampaign's API as far as a connector needs it. Who enters an automation twice is in it twice. */
export const activecampaignSimulator = (): Simulator => {
  const account = createAccount((fresh) => {
    fresh.add('lists', { name: 'Sluice', stringid: 'sluice' }, '1');
    fresh.add('lists', { name: 'News', stringid: 'news' }, '2');
    fresh.add('automations', { name: 'Nurture', status: '1' }, '1');
    fresh.add('automations', { name: 'Win back', status: '1' }, '2');
  });
  const emailOf = (id: string): string => String(account.get('contacts', id)?.fields['email'] ?? '');
  const withEmail = (email = '') =>
    account.all('contacts').filter(({ fields }) => String(fields['email']).toLowerCase() === email.toLowerCase());
  const notFound = (reply: FastifyReply, id: string) =>
    reply.code(404).send({ message: `No Result found for Subscriber with id ${id}` });

  return {
    name: 'activecampaign',
    routes(app, desk) {
      app.addHook('preHandler', async ({ headers }, reply) =>
        !headers['api-token'] || account.isRefused
          ? reply.code(403).send({ message: 'You do not have permission to access this resource.' })
          : undefined,
      );
      app.get('/api/3/users/me', async () => ({ user: { id: '1', username: 'admin', email: 'hello@acme.example' } }));
      for (const type of LISTED) app.get(`/api/3/${type}`, async () => page(type, account.all(type)));

      app.post('/api/3/contact/sync', async (request, reply) => {
        const body = contactBody.safeParse(request.body);
        if (!body.success)
          return invalid(reply, {
            title: 'Contact Email Address is not valid.',
            field: 'email',
            code: 'email_invalid',
          });
        const given = body.data.contact;
        const [before] = withEmail(given.email);
        if (!before) {
          const made = account.add('contacts', given);
          desk.applied(request, `contact:${given.email}`);
          return reply.code(201).send({ fieldValues: given.fieldValues ?? [], contact: shown(made) });
        }
        const after = account.change('contacts', before.id, given) ?? before;
        if (JSON.stringify(after.fields) !== JSON.stringify(before.fields))
          desk.applied(request, `update:contact:${given.email}`);
        return { fieldValues: given.fieldValues ?? [], contact: shown(after) };
      });
      app.get('/api/3/contacts', async ({ query }) => {
        const { email } = query as { email?: string };
        return page('contacts', email === undefined ? account.all('contacts') : withEmail(email));
      });
      app.get<{ Params: { id: string } }>('/api/3/contacts/:id', async ({ params: { id } }, reply) => {
        const found = account.get('contacts', id);
        return found ? { contact: shown(found) } : notFound(reply, id);
      });
      for (const path of JOININGS)
        app.get<{ Params: { id: string } }>(`/api/3/contacts/:id/${path}`, async ({ params: { id } }, reply) =>
          account.get('contacts', id)
            ? {
                [path]: account
                  .all(path)
                  .filter(({ fields }) => fields['contact'] === id)
                  .map(shown),
              }
            : notFound(reply, id),
        );

      app.get('/api/3/tags', async ({ query }) => {
        const { search = '' } = query as { search?: string };
        const isAsked = ({ fields }: StoredObject) =>
          String(fields['tag']).toLowerCase().includes(search.toLowerCase());
        return page('tags', account.all('tags').filter(isAsked));
      });
      app.post('/api/3/tags', async (request, reply) => {
        const body = tagBody.safeParse(request.body);
        if (!body.success)
          return invalid(reply, { title: 'The tag is not valid.', field: 'tag', code: 'field_invalid' });
        const name = body.data.tag.tag.toLowerCase();
        if (account.all('tags').some(({ fields }) => String(fields['tag']).toLowerCase() === name))
          return invalid(reply, { title: 'Tag already exists', field: 'tag', code: 'duplicate' });
        desk.applied(request, `tag:${body.data.tag.tag}`);
        return reply.code(201).send({ tag: shown(account.add('tags', body.data.tag)) });
      });

      for (const path of JOININGS)
        app.post(`/api/3/${path}`, async (request, reply) => {
          const given = joiningOf(path, request.body);
          const joined = given && join(account, given);
          if (!given || !joined)
            return invalid(reply, {
              title: 'The related resource does not exist.',
              field: path,
              code: 'related_missing',
            });
          if (joined.isChanged) desk.applied(request, `${path}:${emailOf(given.contact)}:${joinedOf(given).id}`);
          const answer = { [path.slice(0, -1)]: shown(joined.row) };
          return reply.code(joined.isNew ? 201 : 200).send(answer);
        });
    },
    controls: (app) => account.controls(app),
  };
};
