import { z } from 'zod';
import type { Account, StoredObject } from '../desk/account.ts';
import { complaintAbout, STATUSES, written, type Complaint, type Fields, type Table } from './tables.ts';

const MOST_RECORDS = 10;
const fields = z.record(z.string(), z.unknown());
const options = { typecast: z.boolean().default(false), returnFieldsByFieldId: z.boolean().optional() };
const records = z
  .array(z.strictObject({ id: z.string().optional(), fields }))
  .min(1)
  .max(MOST_RECORDS);

export const oneRecord = z.strictObject({ fields, ...options });
export const newRecords = z.strictObject({
  records: z.array(z.strictObject({ fields })).min(1).max(MOST_RECORDS),
  ...options,
});
export const changedRecords = z.strictObject({
  records,
  performUpsert: z.strictObject({ fieldsToMergeOn: z.array(z.string()).min(1).max(3) }).optional(),
  ...options,
});

export interface Place {
  readonly name: string;
  readonly table: Table;
}
export interface Change {
  readonly id?: string | undefined;
  readonly fields: Fields;
}
export interface Done {
  readonly records: readonly StoredObject[];
  readonly created: readonly string[];
  /** What a judge counts: a new row under its ticket's id, a change and a deletion under that with a word before it. */
  readonly applied: readonly string[];
}
type Result = { readonly complaint: Complaint } | { readonly done: Done };

const DELETED = '_deleted';
const isThere = ({ fields: own }: StoredObject): boolean => own[DELETED] !== true;
const keyOf = ({ id, fields: own }: StoredObject): string => String(own['ticket_id'] ?? id);

/** The rows of the base. An account forgets nothing, so a deleted row is one that says so. */
export const createRecords = (account: Account) => {
  const all = (name: string) => account.all(name).filter(isThere);
  const get = (name: string, id: string): StoredObject | null => all(name).find((one) => one.id === id) ?? null;
  const statuses = (): readonly string[] => [
    ...new Set([...STATUSES, ...all('Tickets').flatMap(({ fields: { status } }) => (status ? [String(status)] : []))]),
  ];

  const put = ({ name }: Place, before: StoredObject, values: Fields): { after: StoredObject; isChanged: boolean } => {
    const isChanged = Object.entries(values).some(([field, value]) => before.fields[field] !== value);
    return { after: account.change(name, before.id, values) ?? before, isChanged };
  };
  const add = ({ name }: Place, values: Fields): StoredObject =>
    account.add(name, values, `rec${String(account.all(name).length + 1).padStart(14, '0')}`);

  const complaintIn = ({ table }: Place, changes: readonly Change[], typecast: boolean): Complaint | null =>
    changes
      .map((one) => complaintAbout(table, one.fields, { typecast, statuses: statuses() }))
      .find((one) => one !== null) ?? null;

  /** The row that a change means: by its id, else the one that has the same values. Null for a new one. */
  const meant = (place: Place, change: Change, mergeOn: readonly string[]): StoredObject | null | Complaint => {
    if (change.id !== undefined)
      return get(place.name, change.id) ?? ['ROW_DOES_NOT_EXIST', `Record ID ${change.id} does not exist`];
    if (mergeOn.length === 0) return ['INVALID_RECORDS', 'Each record must have an id'];
    const values = written(place.table, change.fields);
    if (mergeOn.some((field) => values[field] === undefined)) return null;
    const same = all(place.name).filter((one) => mergeOn.every((field) => one.fields[field] === values[field]));
    return same.length > 1
      ? ['INVALID_REQUEST_UNKNOWN', 'Cannot upsert: more than one record matches']
      : (same[0] ?? null);
  };

  return {
    all,
    get,
    statuses,
    create(place: Place, changes: readonly Change[], typecast: boolean): Result {
      const complaint = complaintIn(place, changes, typecast);
      if (complaint) return { complaint };
      const made = changes.map((one) => add(place, written(place.table, one.fields)));
      return { done: { records: made, created: made.map(({ id }) => id), applied: made.map(keyOf) } };
    },
    /** `isWhole`: cells that are not named are emptied, as PUT has it. All of the changes are made, or none. */
    change(
      place: Place,
      changes: readonly Change[],
      { typecast, mergeOn, isWhole }: { typecast: boolean; mergeOn: readonly string[]; isWhole: boolean },
    ): Result {
      const unknown = mergeOn.find((field) => place.table[field] === undefined);
      const complaint: Complaint | null =
        unknown === undefined
          ? complaintIn(place, changes, typecast)
          : ['UNKNOWN_FIELD_NAME', `Unknown field name: "${unknown}"`];
      if (complaint) return { complaint };
      const targets = changes.map((one) => ({ change: one, target: meant(place, one, mergeOn) }));
      const refused = targets.find(({ target }) => Array.isArray(target));
      if (refused) return { complaint: refused.target as Complaint };
      const created: string[] = [];
      const applied: string[] = [];
      const empty = isWhole ? Object.fromEntries(Object.keys(place.table).map((field) => [field, undefined])) : {};
      const after = targets.map(({ change, target }) => {
        const values = written(place.table, change.fields);
        if (target === null) {
          const made = add(place, values);
          created.push(made.id);
          applied.push(keyOf(made));
          return made;
        }
        const { after: row, isChanged } = put(place, target as StoredObject, { ...empty, ...values });
        if (isChanged) applied.push(`update:${keyOf(row)}`);
        return row;
      });
      return { done: { records: after, created, applied } };
    },
    /** Null where one of them is none. */
    remove({ name, table }: Place, ids: readonly string[]): readonly string[] | null {
      const found = ids.map((id) => get(name, id)).filter((one) => one !== null);
      if (found.length < ids.length) return null;
      const empty = Object.fromEntries(Object.keys(table).map((field) => [field, undefined]));
      return found.map((one) => {
        account.change(name, one.id, { ...empty, [DELETED]: true });
        return `delete:${keyOf(one)}`;
      });
    },
  };
};
export type Records = ReturnType<typeof createRecords>;
