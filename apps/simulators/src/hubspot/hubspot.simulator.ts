import { z } from 'zod';
import { createAccount } from '../desk/account.ts';
import type { Simulator } from '../desk/desk.ts';
import { conflict, invalid, notFound, unauthorized } from './answers.ts';
import { objectRoutes } from './objects.ts';
import { objectTypes, propertiesOf } from './properties.ts';

const property = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,99}$/u),
  label: z.string().min(1),
  type: z.enum(['string', 'number', 'date', 'datetime', 'enumeration', 'bool']),
  fieldType: z.string().min(1),
  groupName: z.string().min(1),
  hasUniqueValue: z.boolean().default(false),
});
type OfType = { Params: { type: string; name: string } };

/** HubSpot's CRM as far as a connector needs it. As in the real one a search knows new objects only after a while: told by `settings`. */
export const hubspotSimulator = (): Simulator => {
  const account = createAccount();
  return {
    name: 'hubspot',
    routes(app, desk) {
      app.addHook('preHandler', async ({ headers }, reply) =>
        !/^Bearer \S+$/u.test(headers.authorization ?? '') || account.isRefused ? unauthorized(reply) : undefined,
      );
      objectRoutes(app, { account, desk });
      app.get('/account-info/v3/details', async () => ({
        portalId: 1,
        accountType: 'STANDARD',
        timeZone: 'Europe/Berlin',
      }));
      app.get<OfType>('/crm/v3/properties/:type/:name', async ({ params: { type, name } }, reply) => {
        const known = propertiesOf(account, type).get(name);
        return known ? { name, hasUniqueValue: known.unique } : notFound(reply);
      });
      app.post<OfType>('/crm/v3/properties/:type', async ({ params: { type }, body }, reply) => {
        const wanted = property.safeParse(body);
        if (!wanted.success || !objectTypes.includes(type)) return invalid(reply, 'Invalid input JSON');
        if (propertiesOf(account, type).has(wanted.data.name))
          return conflict(reply, 'A property with that name exists');
        account.add(`properties of ${type}`, wanted.data);
        return reply.code(201).send(wanted.data);
      });
      app.get('/crm/v3/owners', async () => ({ results: [] }));
    },
    controls: (app) => account.controls(app),
  };
};
