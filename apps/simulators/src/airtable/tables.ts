export type FieldType = 'singleLineText' | 'multilineText' | 'dateTime' | 'number' | 'singleSelect' | 'email' | 'url';
export type Table = Readonly<Record<string, FieldType>>;
export type Fields = Readonly<Record<string, unknown>>;
export type Complaint = readonly [type: string, message: string];

export const BASE = 'appSluice';

/** The base of document 001A, box. */
export const TABLES: Readonly<Record<string, Table>> = {
  Tickets: {
    ticket_id: 'singleLineText',
    source: 'singleLineText',
    received_at: 'dateTime',
    status: 'singleSelect',
    category: 'singleLineText',
    priority: 'singleLineText',
    customer_email: 'email',
    company: 'singleLineText',
    subject: 'singleLineText',
    summary: 'multilineText',
    due_at: 'dateTime',
    assignee: 'singleLineText',
    confidence: 'number',
    fields_json: 'multilineText',
    reply_draft: 'multilineText',
    url: 'url',
  },
  Categories: { id: 'singleLineText', name: 'singleLineText', routing_rule: 'multilineText', sla_minutes: 'number' },
  Agents: {
    id: 'singleLineText',
    name: 'singleLineText',
    slack_id: 'singleLineText',
    skill_tags: 'singleLineText',
    workload_score: 'number',
  },
};
export const STATUSES: readonly string[] = ['New', 'Open', 'Waiting', 'Done'];
const LONGEST_TEXT = 100_000;

const idOf = (prefix: string, name: string): string =>
  `${prefix}${name.replaceAll(/\W|_/gu, '').padEnd(14, '0').slice(0, 14)}`;

/** As the metadata API shows the base's tables. */
export const shownTables = (statuses: readonly string[]) =>
  Object.entries(TABLES).map(([name, table]) => {
    const fields = Object.entries(table).map(([field, type]) => ({
      id: idOf('fld', `${name}${field}`),
      name: field,
      type,
      ...(type === 'singleSelect'
        ? { options: { choices: statuses.map((choice) => ({ id: idOf('sel', choice), name: choice })) } }
        : {}),
    }));
    return { id: idOf('tbl', name), name, primaryFieldId: fields[0]?.id, fields, views: [] };
  });

/** A table by its name or its id. */
export const tableNamed = (nameOrId: string): { readonly name: string; readonly table: Table } | null => {
  const found = Object.entries(TABLES).find(([name]) => name === nameOrId || idOf('tbl', name) === nameOrId);
  return found ? { name: found[0], table: found[1] } : null;
};

const fits = (type: FieldType, value: unknown): boolean => {
  if (type === 'number') return typeof value === 'number';
  if (typeof value !== 'string') return false;
  return type === 'dateTime' ? !Number.isNaN(Date.parse(value)) : value.length <= LONGEST_TEXT;
};
/** With `typecast` Airtable makes of a value what it can. */
const canBecome = (type: FieldType, value: unknown): boolean =>
  type === 'number'
    ? value !== '' && !Number.isNaN(Number(value))
    : ['string', 'number', 'boolean'].includes(typeof value) && fits(type, String(value));

/** What Airtable has against the fields of one record; null where nothing. An empty cell is written as null. */
export const complaintAbout = (
  table: Table,
  fields: Fields,
  { typecast, statuses }: { readonly typecast: boolean; readonly statuses: readonly string[] },
): Complaint | null => {
  for (const [name, value] of Object.entries(fields)) {
    const type = table[name];
    if (type === undefined) return ['UNKNOWN_FIELD_NAME', `Unknown field name: "${name}"`];
    if (value === null) continue;
    if (!(typecast ? canBecome : fits)(type, value))
      return ['INVALID_VALUE_FOR_COLUMN', `Field "${name}" cannot accept the provided value`];
    if (type === 'singleSelect' && !typecast && !statuses.includes(String(value)))
      return [
        'INVALID_MULTIPLE_CHOICE_OPTIONS',
        `Insufficient permissions to create new select option "${JSON.stringify(value)}"`,
      ];
  }
  return null;
};

/** The values as they are kept: undefined where a cell is empty. */
export const written = (table: Table, fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (value === null || value === '') return [name, undefined];
      return [name, table[name] === 'number' ? Number(value) : String(value)];
    }),
  );
