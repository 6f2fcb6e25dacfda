import { ticketContent, type TicketContent } from '@sluice/contracts';
import { z } from 'zod';
import type { Effect } from '../ports/connector.port.ts';
import { defineConnector, secretSetting } from '../vendor/define-connector.ts';
import { failed } from '../vendor/failure.ts';
import { htmlOf } from '../vendor/html-of.ts';
import type { Part } from '../vendor/in-parts.ts';
import { readAnswer } from '../vendor/read-answer.ts';
import { createRecordConnector } from '../vendor/record-connector.ts';
import { isMarked, noteOf, splitName, subjectOf } from '../vendor/record-text.ts';
import { createTokenApi } from '../vendor/token-api.ts';
import type { VendorAnswer, VendorApi } from '../vendor/vendor-api.ts';

const settings = z.object({
  APP_ID: z.string().min(1).describe('App ID of an OAuth2 application; Your profile, My apps'),
  APP_SECRET: secretSetting('App secret of the same application'),
  MAILBOX: z.coerce.number().int().positive().describe('Id of the inbox that gets the conversations'),
  URL: z.url().default('https://api.helpscout.net').describe('Base of the API, where it is not Help Scout itself'),
});

const LONGEST_SUBJECT = 200;
const LONGEST_NAME = 40;

const list = z.object({ _embedded: z.object({ conversations: z.array(z.object({ id: z.number() })) }).optional() });
const threads = z.object({
  _embedded: z.object({ threads: z.array(z.object({ id: z.number(), body: z.string().nullish() })) }).optional(),
});

/** Help Scout gives the id of what was made in a header. */
const madeId = ({ headers }: VendorAnswer): string => {
  const id = headers.get('resource-id');
  if (id === null || !/^\d{1,20}$/u.test(id)) throw failed('ambiguous', 'malformed-answer');
  return id;
};

const customerOf = ({ person: { email, name } }: TicketContent) => {
  if (email === null) throw failed('refused', 'nobody-to-answer');
  const { first, last } = splitName(name);
  return {
    email,
    ...(first === null ? {} : { firstName: first.slice(0, LONGEST_NAME) }),
    ...(last === null ? {} : { lastName: last.slice(0, LONGEST_NAME) }),
  };
};

/** One conversation of theirs for one of ours, and in it a note for each inquiry. `imported` keeps Help Scout from writing to the customer. */
const partsOf = (
  api: VendorApi,
  mailboxId: number,
  { content: given, effectId, conversationId }: Effect,
): readonly Part[] => {
  const content = ticketContent.parse(given);
  const tag = `sluice-${conversationId}`;
  return [
    {
      name: 'ticket',
      async find() {
        const answer = await api.ask({ method: 'GET', path: '/v2/conversations', query: { tag, status: 'all' } });
        const [first] = answer === null ? [] : (readAnswer(list, answer)._embedded?.conversations ?? []);
        return first ? String(first.id) : null;
      },
      async make() {
        const customer = customerOf(content);
        const answer = await api.act({
          method: 'POST',
          path: '/v2/conversations',
          json: {
            subject: subjectOf(content, LONGEST_SUBJECT),
            type: 'email',
            mailboxId,
            status: 'active',
            customer,
            imported: true,
            threads: [{ type: 'customer', customer, text: htmlOf(content.inquiry.summary || 'See the note.') }],
            tags: [tag, ...content.tags],
          },
        });
        return madeId(answer);
      },
    },
    {
      name: 'note',
      async find({ ticket = '' }) {
        const answer = await api.ask({ method: 'GET', path: `/v2/conversations/${ticket}/threads` });
        const all = answer === null ? [] : (readAnswer(threads, answer)._embedded?.threads ?? []);
        const found = all.find(({ body }) => isMarked(body, effectId));
        return found ? String(found.id) : null;
      },
      async make({ ticket = '' }) {
        const answer = await api.act({
          method: 'POST',
          path: `/v2/conversations/${ticket}/notes`,
          json: { text: htmlOf(noteOf(content, effectId)) },
        });
        return madeId(answer);
      },
    },
  ];
};

/** Help Scout's Mailbox API 2.0. https://developer.helpscout.com/mailbox-api/ */
export const helpScout = defineConnector({
  provider: 'help-scout',
  kinds: ['helpdesk.ticket'],
  // 200 requests a minute, and each that writes counts twice.
  perSecond: 0.5,
  settings,
  async create({ APP_ID: id, APP_SECRET: secret, MAILBOX: mailbox, URL: url }, { timeoutMs }) {
    const api = createTokenApi({
      url,
      timeoutMs,
      token: {
        url,
        path: '/v2/oauth2/token',
        form: { grant_type: 'client_credentials', client_id: id, client_secret: secret.reveal() },
      },
    });
    return [
      createRecordConnector({
        kind: 'helpdesk.ticket',
        timeoutMs,
        requests: 5,
        partsOf: (effect) => partsOf(api, mailbox, effect),
        check: async () => {
          await api.ask({ method: 'GET', path: '/v2/users/me' });
          return [];
        },
        mendOf: () =>
          'Help Scout refuses the application: set SLUICE_HELP_SCOUT_APP_ID and SLUICE_HELP_SCOUT_APP_SECRET anew',
      }),
    ];
  },
});
