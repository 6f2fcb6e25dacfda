import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { effectNamedIn, type Account, type StoredObject } from '../desk/account.ts';
import type { Desk } from '../desk/desk.ts';
import { conflict, invalid, notFound, shown } from './answers.ts';
import { objectTypes, propertiesOf } from './properties.ts';

type Properties = Readonly<Record<string, string>>;
interface World {
  readonly account: Account;
  readonly desk: Desk;
}

const association = z.strictObject({
  to: z.strictObject({ id: z.union([z.string(), z.number()]) }),
  types: z
    .array(
      z.strictObject({
        associationCategory: z.enum(['HUBSPOT_DEFINED', 'USER_DEFINED', 'INTEGRATOR_DEFINED']),
        associationTypeId: z.int().positive(),
      }),
    )
    .min(1),
});
const written = z.strictObject({
  properties: z.record(z.string(), z.string()),
  associations: z.array(association).optional(),
  objectWriteTraceId: z.string().optional(),
});
const searched = z.object({
  filterGroups: z.array(
    z.object({
      filters: z.array(
        z.object({
          propertyName: z.string(),
          operator: z.enum(['EQ', 'NEQ', 'GTE', 'LTE', 'HAS_PROPERTY']),
          value: z.string().optional(),
        }),
      ),
    }),
  ),
  properties: z.array(z.string()).default([]),
  sorts: z.array(z.string()),
  limit: z.int().min(1).max(200),
  after: z.string(),
});
const batchRead = z.object({
  inputs: z.array(z.object({ id: z.string() })).max(100),
  properties: z.array(z.string()).default([]),
});

/** Which type an id belongs to, by the ends of HubSpot's own types of association. */
const TYPES: Readonly<Record<number, string>> = {
  190: 'companies',
  192: 'companies',
  202: 'contacts',
  204: 'contacts',
  214: 'deals',
  216: 'deals',
  3: 'contacts',
  5: 'companies',
};

/** From what and which one, to what and which one. */
type Ends = readonly [from: string, fromId: string, to: string, toId: string];
const linkKey = (ends: Ends): string => ends.join('-');

/** Both ways, as HubSpot's own associations are. Whether it is new. */
export const link = ({ account }: World, ends: Ends): boolean => {
  const [from, fromId, to, toId] = ends;
  const key = linkKey(ends);
  if (account.get('associations', key)) return false;
  account.add('associations', { from, fromId, to, toId }, key);
  account.add('associations', { from: to, fromId: toId, to: from, toId: fromId }, linkKey([to, toId, from, fromId]));
  return true;
};

const linkedTo = ({ account }: World, [from, fromId, to]: readonly [string, string, string]): readonly string[] =>
  account
    .all('associations')
    .filter(({ fields }) => fields['from'] === from && fields['fromId'] === fromId && fields['to'] === to)
    .map(({ fields }) => String(fields['toId']));

const CLOSED_STAGES = /^closed/u;
const withDerived = (type: string, properties: Properties): Properties =>
  type === 'deals' && properties['dealstage'] !== undefined
    ? { ...properties, hs_is_closed: String(CLOSED_STAGES.test(properties['dealstage'])) }
    : properties;

/** What HubSpot has against these properties; null where nothing. */
const complaintAbout = (
  { account }: World,
  { type, id, properties }: { type: string; id: string | null; properties: Properties },
): ((reply: FastifyReply) => FastifyReply) | null => {
  const known = propertiesOf(account, type);
  const unknown = Object.keys(properties).find((name) => !known.has(name));
  if (unknown !== undefined)
    return (reply) =>
      invalid(reply, `Property values were not valid: Property "${unknown}" does not exist`, 'PROPERTY_DOESNT_EXIST');
  if (properties['email'] !== undefined && !z.email().safeParse(properties['email']).success)
    return (reply) => invalid(reply, 'Property values were not valid: email is invalid', 'INVALID_EMAIL');
  for (const [name, value] of Object.entries(properties)) {
    const taken = known.get(name)?.unique
      ? account.all(type).find((one) => one.id !== id && one.fields[name] === value)
      : null;
    if (!taken) continue;
    return type === 'contacts'
      ? (reply) => conflict(reply, `Contact already exists. Existing ID: ${taken.id}`)
      : (reply) =>
          invalid(
            reply,
            `Property values were not valid: ${name}: ${taken.id} already has that value.`,
            'CONFLICTING_UNIQUE_VALUE',
          );
  }
  return null;
};

const keyOf = (type: string, properties: Properties): string => {
  const marked = effectNamedIn(properties['hs_note_body'] ?? properties['hs_task_body']);
  if (marked !== null) return `${type}:${marked}`;
  return type === 'deals'
    ? (properties['sluice_key'] ?? 'deals')
    : `${type}:${properties['email'] ?? properties['domain'] ?? ''}`;
};

const listOf = (query: unknown, name: string): readonly string[] =>
  String((query as Readonly<Record<string, unknown>>)[name] ?? '')
    .split(',')
    .filter(Boolean);

const found = (
  { account }: World,
  type: string,
  { id, query }: { id: string; query: unknown },
): StoredObject | null => {
  const [idProperty] = listOf(query, 'idProperty');
  if (idProperty === undefined) return account.get(type, id);
  return account.all(type).find(({ fields }) => String(fields[idProperty]).toLowerCase() === id.toLowerCase()) ?? null;
};

const matches = (
  { madeAt, fields }: StoredObject,
  filters: z.output<typeof searched>['filterGroups'][number]['filters'],
): boolean =>
  filters.every(({ propertyName, operator, value = '' }) => {
    const has = propertyName === 'createdate' ? String(madeAt) : String(fields[propertyName] ?? '');
    if (operator === 'EQ') return has.toLowerCase() === value.toLowerCase();
    if (operator === 'NEQ') return has.toLowerCase() !== value.toLowerCase();
    if (operator === 'HAS_PROPERTY') return has !== '';
    return operator === 'GTE' ? Number(has) >= Number(value) : Number(has) <= Number(value);
  });

const create = (world: World, type: string) => async (request: FastifyRequest, reply: FastifyReply) => {
  const body = written.safeParse(request.body);
  if (!body.success) return invalid(reply, `Invalid input JSON: ${body.error.issues[0]?.message ?? ''}`);
  const { properties, associations = [] } = body.data;
  const complaint = complaintAbout(world, { type, id: null, properties });
  if (complaint) return complaint(reply);
  const ends = associations.flatMap(({ to, types }) =>
    types.map(({ associationTypeId: at }) => ({ to: TYPES[at] ?? '', id: String(to.id) })),
  );
  if (ends.some(({ to, id }) => !world.account.get(to, id)))
    return invalid(reply, 'One of the associated objects does not exist', 'INVALID_ASSOCIATION');
  const made = world.account.add(type, withDerived(type, properties));
  for (const { to, id } of ends) link(world, [type, made.id, to, id]);
  world.desk.applied(request, keyOf(type, properties));
  return reply.code(201).send(shown(made, Object.keys(properties)));
};

const ofType = (app: FastifyInstance, world: World, type: string): void => {
  const base = `/crm/v3/objects/${type}`;
  app.post(base, create(world, type));
  app.get<{ Params: { id: string } }>(`${base}/:id`, async ({ params, query }, reply) => {
    const one = found(world, type, { id: params.id, query });
    return one ? shown(one, listOf(query, 'properties')) : notFound(reply);
  });
  app.patch<{ Params: { id: string } }>(`${base}/:id`, async (request, reply) => {
    const one = found(world, type, { id: request.params.id, query: request.query });
    if (!one) return notFound(reply);
    const body = written.safeParse(request.body);
    if (!body.success) return invalid(reply, 'Invalid input JSON');
    const { properties } = body.data;
    const complaint = complaintAbout(world, { type, id: one.id, properties });
    if (complaint) return complaint(reply);
    return shown(world.account.change(type, one.id, withDerived(type, properties)) ?? one, Object.keys(properties));
  });
  app.post(`${base}/search`, async (request, reply) => {
    const body = searched.safeParse(request.body);
    if (!body.success) return invalid(reply, 'Invalid input JSON');
    const { filterGroups, properties, limit } = body.data;
    const all = world.account
      .searchable(type)
      .filter((one) => filterGroups.some(({ filters }) => matches(one, filters)));
    return { total: all.length, results: all.slice(0, limit).map((one) => shown(one, properties)) };
  });
  app.post(`${base}/batch/read`, async (request, reply) => {
    const body = batchRead.safeParse(request.body);
    if (!body.success) return invalid(reply, 'Invalid input JSON');
    const results = body.data.inputs.flatMap(({ id }) => world.account.get(type, id) ?? []);
    return { status: 'COMPLETE', results: results.map((one) => shown(one, body.data.properties)) };
  });
};

export const objectRoutes = (app: FastifyInstance, world: World): void => {
  for (const type of objectTypes) ofType(app, world, type);
  type Linking = { Params: { from: string; fromId: string; to: string; toId: string } };
  app.put<Linking>('/crm/v4/objects/:from/:fromId/associations/default/:to/:toId', async (request, reply) => {
    const { from, fromId, to, toId } = request.params;
    if (!world.account.get(from, fromId) || !world.account.get(to, toId)) return notFound(reply);
    if (link(world, [from, fromId, to, toId]))
      world.desk.applied(request, `association:${linkKey([from, fromId, to, toId])}`);
    return { status: 'COMPLETE', results: [{ from: { id: fromId }, to: { id: toId } }] };
  });
  app.get<Linking>('/crm/v4/objects/:from/:fromId/associations/:to', async ({ params: { from, fromId, to } }, reply) =>
    world.account.get(from, fromId)
      ? {
          results: linkedTo(world, [from, fromId, to]).map((toObjectId) => ({
            toObjectId: Number(toObjectId),
            associationTypes: [],
          })),
        }
      : notFound(reply),
  );
};
