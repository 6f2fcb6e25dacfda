import { z } from 'zod';
import type { StoredObject } from '../desk/account.ts';
import { testOf } from './formula.ts';
import type { Complaint, Table } from './tables.ts';

const MOST = 100;
const asked = z.object({
  filterByFormula: z.string().default(''),
  maxRecords: z.coerce.number().int().min(1).default(Number.POSITIVE_INFINITY).catch(Number.POSITIVE_INFINITY),
  pageSize: z.coerce.number().int().min(1).max(MOST).default(MOST),
  offset: z
    .string()
    .regex(/^itr\d+$/u)
    .optional(),
});

export const shown = ({ id, madeAt, fields }: StoredObject, names: readonly string[] = []) => ({
  id,
  createdTime: new Date(madeAt).toISOString(),
  fields: Object.fromEntries(
    Object.entries(fields).filter(
      ([name, value]) => value !== undefined && (names.length === 0 || names.includes(name)),
    ),
  ),
});

const invalid = (complaint: Complaint) => ({ complaint });

/** `fields[]` of a query, however often it comes. */
const namesIn = (query: Readonly<Record<string, unknown>>): readonly string[] =>
  [query['fields[]'] ?? []].flat().map(String);

/** A page of rows, and the offset of the next where there is one. */
export const recordList = (all: readonly StoredObject[], table: Table, given: unknown) => {
  const query = asked.safeParse(given);
  if (!query.success)
    return invalid([
      'INVALID_REQUEST_UNKNOWN',
      'Invalid request: parameter validation failed. Check your request data.',
    ]);
  const { filterByFormula: formula, maxRecords, pageSize, offset = 'itr0' } = query.data;
  const names = namesIn(given as Readonly<Record<string, unknown>>);
  const unknown = names.find((name) => table[name] === undefined);
  if (unknown !== undefined) return invalid(['UNKNOWN_FIELD_NAME', `Unknown field name: "${unknown}"`]);
  const test = formula === '' ? () => true : testOf(formula, table);
  if (test === null)
    return invalid([
      'INVALID_FILTER_BY_FORMULA',
      'The formula for filtering records is invalid: Invalid formula. Please check your formula text.',
    ]);
  const found = all.filter(({ fields }) => test(fields)).slice(0, maxRecords);
  const start = Number(offset.slice('itr'.length));
  const end = start + pageSize;
  return {
    page: {
      records: found.slice(start, end).map((one) => shown(one, names)),
      ...(end < found.length ? { offset: `itr${end}` } : {}),
    },
  };
};
