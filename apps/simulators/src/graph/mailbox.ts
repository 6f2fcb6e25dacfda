import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Account, StoredObject } from '../desk/account.ts';
import type { Mail, Message } from './message.ts';
import { shown } from './message.ts';

export type Folder = 'drafts' | 'sentitems' | 'inbox';

const listing = z.object({
  $filter: z.string().optional(),
  $select: z.string().optional(),
  $top: z.coerce.number().int().min(1).max(1_000).catch(10),
  $skip: z.coerce.number().int().min(0).catch(0),
});
const FILTER = /^(internetMessageId|conversationId) eq '((?:[^']|'')*)'$/u;

/** The messages of mailboxes. A draft that was sent is another message afterwards, as in Exchange. */
export const createMailbox = (account: Account) => {
  const isIn =
    (user: string, folder?: string) =>
    (one: StoredObject): boolean =>
      one.fields['user'] === user.toLowerCase() &&
      (folder === undefined ? one.fields['folder'] !== 'gone' : one.fields['folder'] === folder);

  return {
    add(user: string, folder: Folder, mail: Mail): StoredObject {
      const fields = {
        conversationId: randomUUID(),
        ...mail,
        // To whom, in one line: what a test looks at.
        to: (mail.toRecipients ?? []).map(({ emailAddress: { address } }) => address).join(', '),
        user: user.toLowerCase(),
        folder,
      };
      return account.add('messages', fields, `AAMk${randomUUID().replaceAll('-', '')}=`);
    },
    get(user: string, id: string): StoredObject | null {
      const found = account.get('messages', id);
      return found && isIn(user)(found) ? found : null;
    },
    change: (id: string, given: Message) => account.change('messages', id, given),
    forget: (id: string) => void account.change('messages', id, { folder: 'gone' }),
    /** Newest first; null where the filter is none that it knows. */
    list(user: string, query: unknown, folder?: string) {
      const { $filter: filter, $select: select, $top: top, $skip: skip } = listing.parse(query);
      const [matched, field = '', quoted = ''] = FILTER.exec(filter ?? '') ?? [];
      if (filter !== undefined && matched === undefined) return null;
      const wanted = quoted.replaceAll("''", "'");
      const found = account
        .searchable('messages')
        .filter(isIn(user, folder))
        .filter(({ fields }) => filter === undefined || fields[field] === wanted)
        .toReversed();
      return { value: found.slice(skip, skip + top).map((one) => shown(one, select)) };
    },
  };
};
