import { z } from 'zod';
import type { StoredObject } from '../desk/account.ts';
import type { Mail } from './mail.ts';

const MOST = 1_000;
const asked = z.object({ query: z.string().default(''), limit: z.coerce.number().int().min(1).max(MOST) });
const TERM = /^\(*\s*(?:(\w+)|unique_args\['([^']+)'\])\s*=\s*"([^"]*)"\s*\)*$/u;

/** What Email Activity says of one mail to one recipient. */
const shown = ({ madeAt, fields }: StoredObject) => {
  const mail = fields as unknown as Mail & { readonly messageId: string; readonly dropped: readonly number[] };
  return mail.personalizations.flatMap((one, index) =>
    one.to.map(({ email }) => ({
      arguments: { ...mail.custom_args, ...one.custom_args } as Readonly<Record<string, string>>,
      activity: {
        from_email: mail.from.email,
        msg_id: `${mail.messageId}.filter0001.1.${index}`,
        subject: one.subject ?? mail.subject ?? '',
        to_email: email,
        status: mail.dropped.includes(index) ? 'not_delivered' : 'delivered',
        opens_count: 0,
        clicks_count: 0,
        last_event_time: new Date(madeAt).toISOString().replace(/\.\d+Z$/u, 'Z'),
      },
    })),
  );
};

/** The mails that a query such as `to_email="jane@x.example" AND unique_args['k']="v"` names, newest first; null where it is none. */
export const activity = (all: readonly StoredObject[], given: unknown) => {
  const request = asked.safeParse(given);
  if (!request.success) return null;
  const { query, limit } = request.data;
  const terms = query.trim() === '' ? [] : query.split(/\s+AND\s+/u).map((term) => TERM.exec(term.trim()));
  if (terms.includes(null)) return null;
  const found = all.toReversed().flatMap(shown);
  const matching = found.filter((one) =>
    terms.every((term) => {
      const [, field, argument, value] = term ?? [];
      const actual =
        argument === undefined
          ? Object.entries(one.activity).find(([name]) => name === field)?.[1]
          : one.arguments[argument];
      return actual !== undefined && String(actual) === value;
    }),
  );
  return { messages: matching.slice(0, limit).map((one) => one.activity) };
};
