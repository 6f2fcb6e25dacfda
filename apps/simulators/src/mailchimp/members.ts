import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Account, StoredObject } from '../desk/account.ts';
import { inCompliance, invalidField, type Problem } from './problem.ts';

const status = z.enum(['subscribed', 'unsubscribed', 'cleaned', 'pending', 'transactional']);
export const member = z.strictObject({
  email_address: z.email('Please provide a valid email address.'),
  status_if_new: status,
  status: status.optional(),
  email_type: z.enum(['html', 'text']).optional(),
  merge_fields: z.record(z.string(), z.union([z.string().max(255), z.number()])).optional(),
  interests: z.record(z.string(), z.boolean()).optional(),
  language: z.string().optional(),
  vip: z.boolean().optional(),
  ip_signup: z.string().optional(),
  timestamp_signup: z.string().optional(),
  tags: z.array(z.string().min(1).max(100)).optional(),
});
type NewMember = z.output<typeof member>;
export const tagging = z.strictObject({
  tags: z.array(z.strictObject({ name: z.string().min(1).max(100), status: z.enum(['active', 'inactive']) })),
  is_syncing: z.boolean().optional(),
});

export interface Tag {
  readonly id: number;
  readonly name: string;
}
const MERGE_FIELDS: readonly string[] = ['FNAME', 'LNAME', 'PHONE', 'COMPANY', 'SLUICEID'];

export const hashOf = (email: string): string => createHash('md5').update(email.toLowerCase()).digest('hex');
export const statusOf = (found: StoredObject | null): string => String(found?.fields['status'] ?? '');
const mergedOf = (fields: Readonly<Record<string, unknown>>) =>
  (fields['merge_fields'] ?? {}) as Readonly<Record<string, unknown>>;

/** What somebody is counted under: the effect that a merge field names, else the list and the person. */
const keyOf = (id: string, fields: Readonly<Record<string, unknown>>): string =>
  String(mergedOf(fields)['SLUICEID'] ?? id);

export const shown = ({ id, madeAt, fields }: StoredObject) => {
  const [list = '', hash = ''] = id.split(':');
  const merged = mergedOf(fields);
  const tags = fields['tags'] as readonly Tag[];
  return {
    ...fields,
    id: hash,
    list_id: list,
    unique_email_id: hash.slice(0, 10),
    full_name: [merged['FNAME'], merged['LNAME']].filter(Boolean).join(' '),
    merge_fields: merged,
    tags,
    tags_count: tags.length,
    last_changed: new Date(madeAt).toISOString(),
  };
};

/** Who has unsubscribed may be asked again and no more; whose mailbox is gone not even that. */
const isBarred = (before: StoredObject | null, wanted: NewMember['status']): boolean => {
  const is = statusOf(before);
  if (is === 'cleaned') return wanted !== undefined && wanted !== 'cleaned';
  return is === 'unsubscribed' && (wanted === 'subscribed' || wanted === 'transactional');
};

const tagsWith = (before: readonly Tag[], names: readonly string[]): readonly Tag[] => [
  ...before,
  ...names
    .filter((name) => !before.some((one) => one.name === name))
    .map((name) => ({ id: Number.parseInt(hashOf(name).slice(0, 6), 16), name })),
];

interface Written {
  readonly after: StoredObject;
  readonly applied: readonly string[];
}

/** Adds somebody to a list or writes what is known of them anew, as the PUT does. `id` is the list's and the address's hash. */
export const writeMember = (account: Account, id: string, given: NewMember): Problem | Written => {
  const unknown = Object.keys(given.merge_fields ?? {}).find((name) => !MERGE_FIELDS.includes(name));
  if (unknown !== undefined) return invalidField(`merge_fields.${unknown}`, 'This merge field does not exist.');
  if (!id.endsWith(`:${hashOf(given.email_address)}`))
    return invalidField('email_address', 'This value does not match the subscriber hash.');
  const before = account.get('members', id);
  if (isBarred(before, given.status)) return inCompliance(given.email_address);
  const { status_if_new: statusIfNew, tags = [], ...fields } = given;
  if (!before) {
    const made = account.add(
      'members',
      { ...fields, status: fields.status ?? statusIfNew, tags: tagsWith([], tags) },
      id,
    );
    return { after: made, applied: [keyOf(id, made.fields)] };
  }
  const merged = { ...mergedOf(before.fields), ...fields.merge_fields };
  const after = account.change('members', id, { ...fields, merge_fields: merged }) ?? before;
  const isChanged =
    JSON.stringify(after.fields) !== JSON.stringify({ ...before.fields, merge_fields: mergedOf(before.fields) });
  return { after, applied: isChanged ? [`update:${keyOf(id, after.fields)}`] : [] };
};

/** Gives and takes tags; the keys are those of the tags that somebody did not have, or had. */
export const writeTags = (
  account: Account,
  found: StoredObject,
  given: z.output<typeof tagging>['tags'],
): readonly string[] => {
  const before = found.fields['tags'] as readonly Tag[];
  const named = (wanted: 'active' | 'inactive') => given.filter((one) => one.status === wanted).map(({ name }) => name);
  const taken = named('inactive');
  const after = tagsWith(before, named('active')).filter(({ name }) => !taken.includes(name));
  account.change('members', found.id, { tags: after });
  const names = (tags: readonly Tag[]) => new Set(tags.map(({ name }) => name));
  const [had, has] = [names(before), names(after)];
  const differing = [...[...has].filter((name) => !had.has(name)), ...[...had].filter((name) => !has.has(name))];
  return differing.map((name) => `tag:${found.id}:${name}`);
};
