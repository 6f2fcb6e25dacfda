import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { createAccount, type StoredObject } from '../desk/account.ts';
import type { Simulator } from '../desk/desk.ts';

/** The base of document 001A, box. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  Tickets: [
    'ticket_id',
    'source',
    'received_at',
    'status',
    'category',
    'priority',
    'customer_email',
    'company',
    'subject',
    'summary',
    'due_at',
    'assignee',
    'confidence',
    'fields_json',
    'reply_draft',
    'url',
  ],
  Categories: ['id', 'name', 'routing_rule', 'sla_minutes'],
  Agents: ['id', 'name', 'slack_id', 'skill_tags', 'workload_score'],
};
const STATUSES: readonly string[] = ['New', 'Open', 'Waiting', 'Done'];

const written = z.strictObject({
  records: z
    .array(z.strictObject({ id: z.string().optional(), fields: z.record(z.string(), z.unknown()) }))
    .min(1)
    .max(10),
  typecast: z.boolean().default(false),
  performUpsert: z.strictObject({ fieldsToMergeOn: z.array(z.string()).min(1).max(3) }).optional(),
  returnFieldsByFieldId: z.boolean().optional(),
});

const refuse = (reply: FastifyReply, status: number, [type, message]: readonly [string, string]) =>
  reply.code(status).send({ error: { type, message } });

const shown = ({ id, madeAt, fields }: StoredObject) => ({ id, createdTime: new Date(madeAt).toISOString(), fields });

/** What Airtable has against the fields of one record; null where nothing. */
const complaintAbout = (
  table: readonly string[],
  fields: Readonly<Record<string, unknown>>,
  typecast: boolean,
): readonly [string, string] | null => {
  const unknown = Object.keys(fields).find((name) => !table.includes(name));
  if (unknown !== undefined) return ['UNKNOWN_FIELD_NAME', `Unknown field name: "${unknown}"`];
  const status = fields['status'];
  if (status !== undefined && !STATUSES.includes(String(status)) && !typecast)
    return [
      'INVALID_MULTIPLE_CHOICE_OPTIONS',
      `Insufficient permissions to create new select option "${String(status)}"`,
    ];
  return null;
};

const FORMULA = /^\{([^}]+)\}\s*=\s*'((?:[^'\\]|\\.)*)'$/u;
const PER_SECOND = 5;
const SECOND_MS = 1_000;

/** Airtable's Web API: rows of one base, at most five requests a second and then none for a while. */
export const airtableSimulator = (): Simulator => {
  const account = createAccount();
  let restMs = 30_000;
  let perSecond = Number.POSITIVE_INFINITY;
  let requests: readonly number[] = [];
  let restsUntil = 0;

  const isTooFast = (now: number): boolean => {
    if (now < restsUntil) return true;
    requests = [...requests.filter((at) => now - at < SECOND_MS), now];
    if (requests.length <= perSecond) return false;
    restsUntil = now + restMs;
    return true;
  };

  return {
    name: 'airtable',
    routes(app, desk) {
      app.addHook('preHandler', async ({ headers }, reply) => {
        if (!/^Bearer \S+$/u.test(headers.authorization ?? '') || account.isRefused)
          return refuse(reply, 401, ['AUTHENTICATION_REQUIRED', 'Authentication required']);
        if (isTooFast(Date.now()))
          return refuse(reply, 429, ['RATE_LIMIT_REACHED', 'Rate limit exceeded. Please try again later']);
        return undefined;
      });
      app.get('/v0/meta/whoami', async () => ({ id: 'usr1', scopes: ['data.records:read', 'data.records:write'] }));
      type Place = { Params: { base: string; table: string } };
      const tableOf = ({ base, table }: Place['Params']): readonly string[] | null =>
        base === 'appSluice' ? (TABLES[table] ?? null) : null;
      const missing = [
        'INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND',
        'Invalid permissions, or the requested model was not found',
      ] as const;

      app.get<Place>('/v0/:base/:table', async ({ params, query }, reply) => {
        if (tableOf(params) === null) return refuse(reply, 403, missing);
        const { filterByFormula = '' } = query as { filterByFormula?: string };
        const [, field, value = ''] = FORMULA.exec(filterByFormula) ?? [];
        if (filterByFormula !== '' && field === undefined)
          return refuse(reply, 422, ['INVALID_FILTER_BY_FORMULA', 'The formula for filtering records is invalid']);
        const wanted = value.replaceAll(/\\(.)/gu, '$1');
        const all = account.all(params.table).filter(({ fields }) => field === undefined || fields[field] === wanted);
        return { records: all.map(shown) };
      });

      app.patch<Place>('/v0/:base/:table', async (request, reply) => {
        const table = tableOf(request.params);
        if (table === null) return refuse(reply, 403, missing);
        const body = written.safeParse(request.body);
        if (!body.success)
          return refuse(reply, 422, ['INVALID_REQUEST_UNKNOWN', 'Invalid request: parameter validation failed']);
        const { records, typecast, performUpsert } = body.data;
        const complaint = records
          .map(({ fields }) => complaintAbout(table, fields, typecast))
          .find((one) => one !== null);
        if (complaint) return refuse(reply, 422, complaint);
        const merged = performUpsert?.fieldsToMergeOn ?? [];
        const created: string[] = [];
        const rows = records.map(({ id, fields }) => {
          const before = account
            .all(request.params.table)
            .find((one) =>
              id === undefined ? merged.every((name) => one.fields[name] === fields[name]) : one.id === id,
            );
          if (before) return account.change(request.params.table, before.id, fields) ?? before;
          const made = account.add(request.params.table, fields, `rec${account.all(request.params.table).length + 1}`);
          created.push(made.id);
          desk.applied(request, String(fields['ticket_id'] ?? made.id));
          return made;
        });
        return {
          records: rows.map(shown),
          createdRecords: created,
          updatedRecords: rows.map(({ id }) => id).filter((id) => !created.includes(id)),
        };
      });
    },
    controls(app) {
      account.controls(app);
      app.post('/pace', async (request) => {
        const wanted = z
          .strictObject({ perSecond: z.int().min(1).default(PER_SECOND), restMs: z.int().min(0).default(30_000) })
          .parse(request.body);
        ({ perSecond, restMs } = wanted);
        return wanted;
      });
    },
  };
};
