import { z } from 'zod';
import type { StoredObject } from '../desk/account.ts';
import { shown } from './message.ts';

const DAY_MS = 86_400_000;
const MOST = 1_000;
/** Unlike others' `>` and `<`, Twilio's include the time that is named. */
const asked = z.object({
  To: z.string().optional(),
  From: z.string().optional(),
  DateSent: z.string().optional(),
  'DateSent>': z.string().optional(),
  'DateSent<': z.string().optional(),
  PageSize: z.coerce.number().int().min(1).max(MOST).catch(50),
  Page: z.coerce.number().int().min(0).catch(0),
});

const isWithin = (madeAt: number, query: z.output<typeof asked>): boolean => {
  // Twilio keeps seconds.
  const at = Math.floor(madeAt / 1_000) * 1_000;
  const { DateSent: day, 'DateSent>': from, 'DateSent<': until } = query;
  const start = day === undefined ? Number.NaN : Date.parse(day);
  if (!Number.isNaN(start) && (at < start || at >= start + DAY_MS)) return false;
  if (from !== undefined && at < Math.floor(Date.parse(from) / 1_000) * 1_000) return false;
  return until === undefined || !(at > Date.parse(until));
};

/** A page of an account's messages, newest first, with the addresses of the pages beside it. */
export const messageList = (all: readonly StoredObject[], sid: string, given: unknown) => {
  const query = asked.parse(given);
  const { To: to, From: from, PageSize: size, Page: page } = query;
  const found = all
    .filter(({ fields }) => fields['account'] === sid)
    .filter(
      ({ fields }) => (to === undefined || fields['To'] === to) && (from === undefined || fields['From'] === from),
    )
    .filter(({ madeAt }) => isWithin(madeAt, query))
    .toReversed();
  const addressOf = (number: number): string => {
    const kept = Object.entries(query).filter(
      ([name, value]) => value !== undefined && !['Page', 'PageSize'].includes(name),
    );
    const parameters = new URLSearchParams([
      ...kept.map(([name, value]): [string, string] => [name, String(value)]),
      ['PageSize', String(size)],
      ['Page', String(number)],
      ...(number === 0 ? [] : ([['PageToken', `PASM${number}`]] as [string, string][])),
    ]);
    return `/2010-04-01/Accounts/${sid}/Messages.json?${parameters.toString()}`;
  };
  const start = page * size;
  const messages = found.slice(start, start + size);
  return {
    messages: messages.map((one) => shown(one, 'sent')),
    page,
    page_size: size,
    start,
    end: start + Math.max(messages.length - 1, 0),
    uri: addressOf(page),
    first_page_uri: addressOf(0),
    next_page_uri: start + size < found.length ? addressOf(page + 1) : null,
    previous_page_uri: page === 0 ? null : addressOf(page - 1),
  };
};
