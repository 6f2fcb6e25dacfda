import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createAccount } from '../desk/account.ts';
import type { Desk, Simulator } from '../desk/desk.ts';
import { refuseControl } from '../desk/problem.ts';
import { createPace, REAL_PACE } from './pace.ts';
import { recordList, shown } from './record-list.ts';
import {
  changedRecords,
  createRecords,
  newRecords,
  oneRecord,
  type Done,
  type Place,
  type Records,
} from './records.ts';
import { BASE, shownTables, tableNamed, type Complaint } from './tables.ts';

type At = { Params: { base: string; table: string; record: string } };
interface Handled {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

const UNPROCESSABLE = 422;
const FORBIDDEN: Complaint = [
  'INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND',
  'Invalid permissions, or the requested model was not found. Check that both your user and your token have the required permissions, and that the model names and/or ids are correct.',
];
const INVALID: Complaint = [
  'INVALID_REQUEST_UNKNOWN',
  'Invalid request: parameter validation failed. Check your request data.',
];
const pace = z.strictObject({
  perSecond: z.int().min(1).default(REAL_PACE.perSecond),
  restMs: z.int().min(0).default(REAL_PACE.restMs),
});

const refuse = (reply: FastifyReply, status: number, [type, message]: Complaint) =>
  reply.code(status).send({ error: { type, message } });
/** Of this one Airtable says no more. */
const notFound = (reply: FastifyReply) => reply.code(404).send({ error: 'NOT_FOUND' });

const placeOf = ({ base, table }: At['Params']): Place | null => (base === BASE ? tableNamed(table) : null);

const routesOf = (records: Records, desk: Desk) => {
  const apply = ({ request }: Handled, { applied }: Pick<Done, 'applied'>): void =>
    applied.forEach((key) => desk.applied(request, key));

  const create = (handled: Handled, place: Place) => {
    const { request, reply } = handled;
    const one = oneRecord.safeParse(request.body);
    const many = newRecords.safeParse(request.body);
    const given = one.success ? { records: [one.data], typecast: one.data.typecast } : many.data;
    if (!given) return refuse(reply, UNPROCESSABLE, INVALID);
    const result = records.create(place, given.records, given.typecast);
    if ('complaint' in result) return refuse(reply, UNPROCESSABLE, result.complaint);
    apply(handled, result.done);
    const made = result.done.records.map((each) => shown(each));
    return one.success ? made[0] : { records: made };
  };

  const change = (handled: Handled, place: Place) => {
    const { request, reply } = handled;
    const body = changedRecords.safeParse(request.body);
    if (!body.success) return refuse(reply, UNPROCESSABLE, INVALID);
    const { typecast, performUpsert } = body.data;
    const mergeOn = performUpsert?.fieldsToMergeOn ?? [];
    const result = records.change(place, body.data.records, { typecast, mergeOn, isWhole: request.method === 'PUT' });
    if ('complaint' in result) return refuse(reply, UNPROCESSABLE, result.complaint);
    apply(handled, result.done);
    const { created } = result.done;
    const after = result.done.records.map((each) => shown(each));
    if (!performUpsert) return { records: after };
    const updatedRecords = after.map(({ id }) => id).filter((id) => !created.includes(id));
    return { records: after, createdRecords: created, updatedRecords };
  };

  const changeOne = (handled: Handled, place: Place) => {
    const { request, reply } = handled;
    const { record: id } = request.params as At['Params'];
    const body = oneRecord.safeParse(request.body);
    if (!records.get(place.name, id)) return notFound(reply);
    if (!body.success) return refuse(reply, UNPROCESSABLE, INVALID);
    const { fields, typecast } = body.data;
    const result = records.change(place, [{ id, fields }], {
      typecast,
      mergeOn: [],
      isWhole: request.method === 'PUT',
    });
    if ('complaint' in result) return refuse(reply, UNPROCESSABLE, result.complaint);
    apply(handled, result.done);
    return result.done.records.map((each) => shown(each))[0];
  };

  const remove = (handled: Handled, place: Place, ids: readonly string[]) => {
    const applied = records.remove(place, ids);
    if (applied === null) return null;
    apply(handled, { applied });
    return ids.map((id) => ({ id, deleted: true }));
  };
  return { create, change, changeOne, remove };
};

/** Airtable's Web API: rows of one base, at most five requests a second and then none for a while. */
export const airtableSimulator = (): Simulator => {
  const account = createAccount();
  const records = createRecords(account);
  const tempo = createPace();

  return {
    name: 'airtable',
    routes(app, desk) {
      const { create, change, changeOne, remove } = routesOf(records, desk);
      app.setNotFoundHandler(async (_request, reply) => notFound(reply));
      app.addHook('preHandler', async ({ headers, params }, reply) => {
        if (!/^Bearer \S+$/u.test(headers.authorization ?? '') || account.isRefused)
          return refuse(reply, 401, ['AUTHENTICATION_REQUIRED', 'Authentication required']);
        const { base } = params as { base?: string };
        if (base !== undefined && tempo.isTooFast(base))
          return reply.code(429).send({
            errors: [{ error: 'RATE_LIMIT_REACHED', message: 'Rate limit exceeded. Please try again later' }],
          });
        return undefined;
      });
      app.get('/v0/meta/whoami', async () => ({
        id: 'usrSluice00000000',
        scopes: ['data.records:read', 'data.records:write', 'schema.bases:read'],
      }));
      app.get<At>('/v0/meta/bases/:base/tables', async ({ params: { base } }, reply) =>
        base === BASE ? { tables: shownTables(records.statuses()) } : refuse(reply, 403, FORBIDDEN),
      );

      const at =
        (answer: (handled: Handled, place: Place) => unknown) =>
        async (request: FastifyRequest, reply: FastifyReply) => {
          const place = placeOf(request.params as At['Params']);
          return place === null ? refuse(reply, 403, FORBIDDEN) : answer({ request, reply }, place);
        };
      const TABLE = '/v0/:base/:table';
      const RECORD = `${TABLE}/:record`;
      const list = at(({ request, reply }, { name, table }) => {
        const found = recordList(records.all(name), table, request.query);
        return 'page' in found ? found.page : refuse(reply, UNPROCESSABLE, found.complaint);
      });
      app.get(TABLE, list);
      app.post(TABLE, at(create));
      app.route({ method: ['PATCH', 'PUT'], url: TABLE, handler: at(change) });
      app.route({ method: ['PATCH', 'PUT'], url: RECORD, handler: at(changeOne) });
      app.get(
        RECORD,
        at(({ request, reply }, { name }) => {
          const found = records.get(name, (request.params as At['Params']).record);
          return found ? shown(found) : notFound(reply);
        }),
      );
      app.delete(
        RECORD,
        at((handled, place) => {
          const { record } = handled.request.params as At['Params'];
          return remove(handled, place, [record])?.[0] ?? notFound(handled.reply);
        }),
      );
      app.delete(
        TABLE,
        at((handled, place) => {
          const ids = [(handled.request.query as Record<string, unknown>)['records[]'] ?? []].flat().map(String);
          if (ids.length === 0 || ids.length > 10) return refuse(handled.reply, UNPROCESSABLE, INVALID);
          const removed = remove(handled, place, ids);
          return removed ? { records: removed } : notFound(handled.reply);
        }),
      );
    },
    controls(app) {
      account.controls(app);
      app.post('/pace', async ({ body }, reply) => {
        const wanted = pace.safeParse(body);
        if (!wanted.success) return refuseControl(reply, wanted.error);
        tempo.set(wanted.data);
        return wanted.data;
      });
      app.delete('/pace', async (_request, reply) => {
        tempo.set({ ...REAL_PACE, perSecond: Number.POSITIVE_INFINITY });
        return reply.code(204).send();
      });
    },
  };
};
