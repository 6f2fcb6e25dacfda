import type { Account, StoredObject } from '../desk/account.ts';
import type { Joining } from './bodies.ts';

const UNSUBSCRIBED = '2';
const RESUBSCRIBED_BY_THEM = '4';

export interface Joined {
  readonly row: StoredObject;
  readonly isNew: boolean;
  readonly isChanged: boolean;
}

/** What somebody joins: of which type it is, and its id. */
export const joinedOf = (given: Joining): { readonly type: string; readonly id: string } => {
  switch (given.path) {
    case 'contactLists':
      return { type: 'lists', id: given.list };
    case 'contactTags':
      return { type: 'tags', id: given.tag };
    case 'contactAutomations':
      return { type: 'automations', id: given.automation };
  }
};

const fieldsOf = (given: Joining): Readonly<Record<string, unknown>> => {
  const { path: _path, ...fields } = given;
  return fields;
};

/** Null where there is no such person, list, tag or automation. Who enters an automation twice is in it twice. */
export const join = (account: Account, given: Joining): Joined | null => {
  const { type, id } = joinedOf(given);
  if (!account.get('contacts', given.contact) || !account.get(type, id)) return null;
  const add = (): Joined => ({ row: account.add(given.path, fieldsOf(given)), isNew: true, isChanged: true });
  if (given.path === 'contactAutomations') return add();
  const what = given.path === 'contactLists' ? 'list' : 'tag';
  const before = account
    .all(given.path)
    .find(({ fields }) => fields['contact'] === given.contact && fields[what] === id);
  if (!before) return add();
  const same = { row: before, isNew: false, isChanged: false };
  if (given.path === 'contactTags' || before.fields['status'] === given.status) return same;
  if (before.fields['status'] === UNSUBSCRIBED && given.sourceid !== RESUBSCRIBED_BY_THEM) return same;
  const row = account.change(given.path, before.id, { status: given.status }) ?? before;
  return { row, isNew: false, isChanged: true };
};
