import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulators, type RunningSimulators } from '../start-simulators.ts';

let simulators: RunningSimulators;
beforeAll(async () => {
  simulators = await startSimulators();
});
afterEach(async () => {
  await simulators.forgetObjects('airtable');
  await simulators.clearJournal('airtable');
});
afterAll(() => simulators.close());

interface Row {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
}
interface Answer {
  readonly status: number;
  readonly body: Row & {
    records: Row[];
    offset?: string;
    createdRecords?: string[];
    updatedRecords?: string[];
    error?: { type: string };
  };
}
const TICKETS = 'appSluice/Tickets';
const ask = async (method: string, path: string, body?: unknown, token = 'pat.1'): Promise<Answer> => {
  const response = await fetch(`${simulators.addressOf('airtable')}/v0/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
};
const tell = (body: unknown) =>
  fetch(`${simulators.url}/__sim/airtable/pace`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const upsert = (fields: object, more: object = {}) =>
  ask('PATCH', TICKETS, { performUpsert: { fieldsToMergeOn: ['ticket_id'] }, records: [{ fields }], ...more });
const list = async (formula: string) =>
  (await ask('GET', `${TICKETS}?filterByFormula=${encodeURIComponent(formula)}`)).body.records.map(
    ({ fields }) => fields['ticket_id'],
  );
const applied = async () => (await simulators.journal('airtable')).applied;

describe('the Airtable simulator', () => {
  it('makes a second row of a repeated POST, for it has no idempotency key', async () => {
    for (const _ of [1, 2]) await ask('POST', TICKETS, { records: [{ fields: { ticket_id: 't-1' } }] });
    expect(await applied()).toEqual({ 't-1': 2 });
    expect((await ask('POST', TICKETS, { fields: { ticket_id: 't-2' } })).body).toMatchObject({
      fields: { ticket_id: 't-2' },
    });
  });

  it('makes one row of a repeated upsert, and says which are new', async () => {
    const first = await upsert({ ticket_id: 't-1', subject: 'a' });
    const second = await upsert({ ticket_id: 't-1', subject: 'b' });
    await upsert({ ticket_id: 't-1', subject: 'b' });
    const id = first.body.records[0]?.id;
    expect(first.body).toMatchObject({ createdRecords: [id], updatedRecords: [] });
    expect(second.body).toMatchObject({
      createdRecords: [],
      updatedRecords: [id],
      records: [{ fields: { subject: 'b' } }],
    });
    expect(await applied()).toEqual({ 't-1': 1, 'update:t-1': 1 });
  });

  it('refuses an upsert that could mean two rows, and makes nothing of it', async () => {
    for (const _ of [1, 2]) await ask('POST', TICKETS, { fields: { ticket_id: 't-1' } });
    expect((await upsert({ ticket_id: 't-1' })).status).toBe(422);
  });

  it('changes, empties, shows and deletes a row', async () => {
    const { id } = (await ask('POST', TICKETS, { fields: { ticket_id: 't-1', subject: 'a', summary: 'b' } })).body;
    await ask('PATCH', `${TICKETS}/${id}`, { fields: { subject: null } });
    expect((await ask('GET', `${TICKETS}/${id}`)).body.fields).toEqual({ ticket_id: 't-1', summary: 'b' });
    await ask('PUT', TICKETS, { records: [{ id, fields: { ticket_id: 't-1' } }] });
    expect((await ask('GET', `${TICKETS}/${id}`)).body.fields).toEqual({ ticket_id: 't-1' });
    expect((await ask('DELETE', `${TICKETS}/${id}`)).body).toEqual({ id, deleted: true });
    expect(await ask('GET', `${TICKETS}/${id}`)).toEqual({ status: 404, body: { error: 'NOT_FOUND' } });
    expect(await list('')).toEqual([]);
    expect(await applied()).toEqual({ 't-1': 1, 'update:t-1': 2, 'delete:t-1': 1 });
  });

  it('finds rows by a formula', async () => {
    await ask('POST', TICKETS, {
      records: [
        { fields: { ticket_id: 'o\'1, "x"', status: 'New', confidence: 0.9 } },
        { fields: { ticket_id: 't-2', status: 'Open' } },
        { fields: { ticket_id: 't-3', status: 'New' } },
      ],
    });
    expect(await list(`{ticket_id}='o\\'1, "x"'`)).toEqual(['o\'1, "x"']);
    expect(await list(`AND({status}='New', {ticket_id}='t-3')`)).toEqual(['t-3']);
    expect(await list(`AND({status}="New",OR(ticket_id='t-2',confidence=0.9))`)).toEqual(['o\'1, "x"']);
    expect(await list(`AND({status}='New', NOT({confidence}=0.9))`)).toEqual(['t-3']);
    for (const wrong of ['{ticket_id', `{else}='a'`, `AND({status}='New', x())`])
      expect((await ask('GET', `${TICKETS}?filterByFormula=${encodeURIComponent(wrong)}`)).body.error?.type).toBe(
        'INVALID_FILTER_BY_FORMULA',
      );
  });

  it('lists page by page, and the fields that are asked for', async () => {
    await ask('POST', TICKETS, { records: ['1', '2', '3'].map((id) => ({ fields: { ticket_id: id, subject: 'a' } })) });
    const first = (await ask('GET', `${TICKETS}?pageSize=2&fields[]=ticket_id`)).body;
    expect(first.records.map(({ fields }) => fields)).toEqual([{ ticket_id: '1' }, { ticket_id: '2' }]);
    const second = (await ask('GET', `${TICKETS}?pageSize=2&offset=${first.offset}`)).body;
    expect([second.records.length, second.offset]).toEqual([1, undefined]);
    expect((await ask('GET', `${TICKETS}?maxRecords=1`)).body.records).toHaveLength(1);
  });

  it.each([
    ['an unknown field', { colour: 'red' }, 'UNKNOWN_FIELD_NAME'],
    ['a word for a number', { confidence: 'much' }, 'INVALID_VALUE_FOR_COLUMN'],
    ['a number for a text', { subject: 7 }, 'INVALID_VALUE_FOR_COLUMN'],
    ['a day that is none', { due_at: 'soon' }, 'INVALID_VALUE_FOR_COLUMN'],
    ['an option that is none', { status: 'Lost' }, 'INVALID_MULTIPLE_CHOICE_OPTIONS'],
  ])('refuses %s, as Airtable does', async (_case, fields, type) => {
    const { status, body } = await upsert({ ticket_id: 't-1', ...fields });
    expect([status, body.error?.type]).toEqual([422, type]);
    expect(await applied()).toEqual({});
  });

  it('makes of a value what it can where it is told to, options too', async () => {
    const { body } = await upsert({ ticket_id: 't-1', confidence: '0.5', status: 'Lost' }, { typecast: true });
    expect(body.records[0]?.fields).toMatchObject({ confidence: 0.5, status: 'Lost' });
    expect((await upsert({ ticket_id: 't-2', status: 'Lost' })).status).toBe(200);
    expect(JSON.stringify((await ask('GET', 'meta/bases/appSluice/tables')).body)).toContain('"name":"Lost"');
  });

  it.each([
    ['eleven records', { records: Array.from({ length: 11 }, () => ({ fields: {} })) }, 'INVALID_REQUEST_UNKNOWN'],
    ['a body of something else', { rows: [] }, 'INVALID_REQUEST_UNKNOWN'],
    ['a record that is none', { records: [{ id: 'rec404', fields: {} }] }, 'ROW_DOES_NOT_EXIST'],
    ['a record without an id', { records: [{ fields: {} }] }, 'INVALID_RECORDS'],
  ])('refuses to change %s', async (_case, body, type) => {
    await ask('POST', TICKETS, { fields: { ticket_id: 't-1' } });
    expect((await ask('PATCH', TICKETS, body)).body.error?.type).toBe(type);
  });

  it('wants a token, and knows one base', async () => {
    expect((await ask('GET', 'meta/whoami', undefined, '')).status).toBe(401);
    expect((await ask('GET', 'meta/whoami')).body.id).toMatch(/^usr/u);
    for (const path of ['appElse/Tickets', 'appSluice/Else', 'meta/bases/appElse/tables'])
      expect((await ask('GET', path)).body.error?.type).toBe('INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND');
    await simulators.refuseAccess('airtable', true);
    expect((await ask('GET', 'meta/whoami')).body.error?.type).toBe('AUTHENTICATION_REQUIRED');
    await simulators.refuseAccess('airtable', false);
  });

  it('answers too many requests of a base with none for a while', async () => {
    await tell({ perSecond: 5, restMs: 150 });
    const statuses = [];
    for (let n = 0; n < 7; n += 1) statuses.push((await ask('GET', TICKETS)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect((await ask('GET', 'appElse/Tickets')).status).toBe(403);
    expect((await ask('GET', 'meta/whoami')).status).toBe(200);
    expect((await tell({ perSecond: 0 })).status).toBe(422);
    await fetch(`${simulators.url}/__sim/airtable/pace`, { method: 'DELETE' });
    expect((await ask('GET', TICKETS)).status).toBe(200);
  });
});
