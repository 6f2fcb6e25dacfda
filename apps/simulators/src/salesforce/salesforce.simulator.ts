import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createAccount, type StoredObject } from '../desk/account.ts';
import type { Desk, Simulator } from '../desk/desk.ts';
import { takeForms } from '../desk/take-forms.ts';

const KEY = 'Sluice_Key__c';
/** Fields by type, with the most characters each takes; those that must be there when one is made. */
const FIELDS: Readonly<
  Record<string, { readonly known: Readonly<Record<string, number>>; readonly required: readonly string[] }>
> = {
  Lead: {
    known: {
      FirstName: 40,
      LastName: 80,
      Company: 255,
      Email: 80,
      Phone: 40,
      LeadSource: 255,
      Description: 32_000,
      Rating: 255,
      OwnerId: 18,
      Status: 255,
      [KEY]: 255,
    },
    required: ['LastName', 'Company'],
  },
  Task: {
    known: {
      WhoId: 18,
      WhatId: 18,
      Subject: 255,
      Description: 32_000,
      ActivityDate: 10,
      Priority: 255,
      Status: 255,
      OwnerId: 18,
      [KEY]: 255,
    },
    required: [],
  },
};

const refuse = (
  reply: FastifyReply,
  status: number,
  { code, message, fields = [] }: { code: string; message: string; fields?: readonly string[] },
) => reply.code(status).send([{ message, errorCode: code, fields }]);

const complaintAbout = (type: string, given: Readonly<Record<string, unknown>>, isNew: boolean) => {
  const { known, required } = FIELDS[type] ?? { known: {}, required: [] };
  const unknown = Object.keys(given).find((name) => known[name] === undefined);
  if (unknown !== undefined)
    return { code: 'INVALID_FIELD', message: `No such column '${unknown}' on sobject of type ${type}` };
  const missing = isNew ? required.filter((name) => !given[name]) : [];
  if (missing.length > 0)
    return {
      code: 'REQUIRED_FIELD_MISSING',
      message: `Required fields are missing: [${missing.join(', ')}]`,
      fields: missing,
    };
  const long = Object.entries(given).find(([name, value]) => String(value).length > (known[name] ?? 0));
  return long ? { code: 'STRING_TOO_LONG', message: `${long[0]}: data value too large`, fields: [long[0]] } : null;
};

const shown = (type: string, { id, fields }: StoredObject) => ({
  attributes: { type, url: `/services/data/v62.0/sobjects/${type}/${id}` },
  Id: id,
  ...fields,
});
const PREFIXES: Readonly<Record<string, string>> = { Lead: '00Q', Task: '00T' };

/** Salesforce's REST API as far as a connector needs it: records by an external id, that Salesforce itself keeps unique. */
export const salesforceSimulator = (): Simulator => {
  const account = createAccount();
  const byKey = (type: string, value: string) => account.all(type).find(({ fields }) => fields[KEY] === value) ?? null;

  const upsert =
    (desk: Desk) => async (request: FastifyRequest<{ Params: { type: string; key: string } }>, reply: FastifyReply) => {
      const { type, key } = request.params;
      if (!FIELDS[type])
        return refuse(reply, 404, { code: 'NOT_FOUND', message: 'The requested resource does not exist' });
      const body = z.record(z.string(), z.unknown()).safeParse(request.body);
      if (!body.success) return refuse(reply, 400, { code: 'JSON_PARSER_ERROR', message: 'Unexpected token' });
      const before = byKey(type, key);
      const complaint = complaintAbout(type, body.data, before === null);
      if (complaint) return refuse(reply, 400, complaint);
      if (before) {
        account.change(type, before.id, body.data);
        return reply.code(200).send({ id: before.id, success: true, errors: [], created: false });
      }
      const number = String(account.all(type).length + 1).padStart(15, '0');
      const made = account.add(type, { ...body.data, [KEY]: key }, `${PREFIXES[type]}${number}`);
      desk.applied(request, type === 'Task' ? key : `${type}:${key}`);
      return reply.code(201).send({ id: made.id, success: true, errors: [], created: true });
    };

  return {
    name: 'salesforce',
    routes(app, desk) {
      takeForms(app);
      app.addHook('preHandler', async ({ url, headers }, reply) => {
        if (url.endsWith('/services/oauth2/token')) return undefined;
        return /^Bearer 00D\S+$/u.test(headers.authorization ?? '') && !account.isRefused
          ? undefined
          : refuse(reply, 401, { code: 'INVALID_SESSION_ID', message: 'Session expired or invalid' });
      });
      app.addHook('onSend', async (_request, reply, payload) => {
        void reply.header('sforce-limit-info', 'api-usage=18/100000');
        return payload;
      });
      app.post('/services/oauth2/token', async (request, reply) => {
        const {
          grant_type: grant,
          client_id: id,
          client_secret: secret,
        } = (request.body ?? {}) as Readonly<Record<string, string>>;
        return grant === 'client_credentials' && id && secret && !account.isRefused
          ? {
              access_token: `00D${randomUUID()}`,
              instance_url: `http://${request.headers.host}/salesforce`,
              token_type: 'Bearer',
              issued_at: String(Date.now()),
            }
          : reply.code(400).send({ error: 'invalid_client', error_description: 'invalid client credentials' });
      });
      app.get('/services/data/v62.0/limits', async () => ({ DailyApiRequests: { Max: 100_000, Remaining: 99_982 } }));
      app.patch(`/services/data/v62.0/sobjects/:type/${KEY}/:key`, upsert(desk));
      app.get<{ Params: { type: string; key: string } }>(
        `/services/data/v62.0/sobjects/:type/${KEY}/:key`,
        async ({ params: { type, key } }, reply) => {
          const found = byKey(type, key);
          return found
            ? shown(type, found)
            : refuse(reply, 404, { code: 'NOT_FOUND', message: 'The requested resource does not exist' });
        },
      );
      app.get<{ Params: { type: string } }>(
        '/services/data/v62.0/sobjects/:type/describe',
        async ({ params: { type } }, reply) =>
          FIELDS[type]
            ? {
                name: type,
                fields: Object.keys(FIELDS[type].known).map((name) => ({
                  name,
                  externalId: name === KEY,
                  unique: name === KEY,
                })),
              }
            : refuse(reply, 404, { code: 'NOT_FOUND', message: 'The requested resource does not exist' }),
      );
    },
    controls: (app) => account.controls(app),
  };
};
