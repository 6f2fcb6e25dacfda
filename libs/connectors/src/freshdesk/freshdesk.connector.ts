import { ticketContent, type TicketContent } from '@sluice/contracts';
import { z } from 'zod';
import type { Effect } from '../ports/connector.port.ts';
import { defineConnector, secretSetting } from '../vendor/define-connector.ts';
import { failed } from '../vendor/failure.ts';
import type { Part } from '../vendor/in-parts.ts';
import { htmlOf } from '../vendor/html-of.ts';
import { readAnswer } from '../vendor/read-answer.ts';
import { createRecordConnector } from '../vendor/record-connector.ts';
import { isMarked, noteOf, subjectOf } from '../vendor/record-text.ts';
import { sendByFetch } from '../vendor/send-by-fetch.ts';
import { createVendorApi, type VendorApi } from '../vendor/vendor-api.ts';

const settings = z.object({
  URL: z.url().describe('Address of the account: https://acme.freshdesk.com'),
  KEY: secretSetting('API key of an agent; Profile settings'),
});

const LONGEST_SUBJECT = 255;
const LONGEST_TAG = 32;
const OPEN = 2;
/** Freshdesk's four by the usual words; another counts as medium. */
const PRIORITIES: Readonly<Record<string, number>> = { low: 1, normal: 2, medium: 2, high: 3, urgent: 4, critical: 4 };
const MEDIUM = 2;

const made = z.object({ id: z.number() });
const tickets = z.array(z.object({ id: z.number(), tags: z.array(z.string()).nullish() }));
const conversations = z.array(
  z.object({ id: z.number(), body_text: z.string().nullish(), body: z.string().nullish() }),
);

/** A tag has 32 characters at most: enough of the conversation's id that no two have the same. */
const tagOf = (conversationId: string): string => `sluice-${conversationId.replaceAll('-', '').slice(0, 20)}`;

const requesterOf = ({ person: { email, phone, name } }: TicketContent) => {
  if (email === null && phone === null) throw failed('refused', 'nobody-to-answer');
  return { ...(email === null ? { phone } : { email }), ...(name === null ? {} : { name }) };
};

/** One ticket for a conversation, and in it a private note for each inquiry. */
const partsOf = (api: VendorApi, { content: given, effectId, conversationId }: Effect): readonly Part[] => {
  const content = ticketContent.parse(given);
  const { inquiry, person, tags, group } = content;
  const tag = tagOf(conversationId);
  return [
    {
      name: 'ticket',
      async find() {
        if (person.email === null) return null;
        const answer = await api.ask({
          method: 'GET',
          path: '/api/v2/tickets',
          query: { email: person.email, per_page: '100', order_by: 'created_at', order_type: 'desc' },
        });
        const found = answer && readAnswer(tickets, answer).find((one) => one.tags?.includes(tag));
        return found ? String(found.id) : null;
      },
      async make() {
        const answer = await api.act({
          method: 'POST',
          path: '/api/v2/tickets',
          json: {
            ...requesterOf(content),
            subject: subjectOf(content, LONGEST_SUBJECT),
            description: htmlOf(inquiry.summary || 'See the note.'),
            status: OPEN,
            priority: PRIORITIES[inquiry.priority.toLowerCase()] ?? MEDIUM,
            tags: [tag, ...tags.map((one) => one.slice(0, LONGEST_TAG))],
            ...(group === null ? {} : { group_id: Number(group) }),
          },
        });
        return String(readAnswer(made, answer).id);
      },
    },
    {
      name: 'note',
      async find({ ticket = '' }) {
        const answer = await api.ask({
          method: 'GET',
          path: `/api/v2/tickets/${ticket}/conversations`,
          query: { per_page: '100' },
        });
        const found =
          answer && readAnswer(conversations, answer).find((one) => isMarked(one.body_text ?? one.body, effectId));
        return found ? String(found.id) : null;
      },
      async make({ ticket = '' }) {
        const answer = await api.act({
          method: 'POST',
          path: `/api/v2/tickets/${ticket}/notes`,
          json: { body: htmlOf(noteOf(content, effectId)), private: true },
        });
        return String(readAnswer(made, answer).id);
      },
    },
  ];
};

/** Freshdesk. https://developers.freshdesk.com/api/ */
export const freshdesk = defineConnector({
  provider: 'freshdesk',
  kinds: ['helpdesk.ticket'],
  // Growth allows 200 requests a minute; an effect takes four.
  perSecond: 0.8,
  settings,
  async create({ URL: url, KEY: key }, { timeoutMs }) {
    const headers = { authorization: `Basic ${Buffer.from(`${key.reveal()}:X`).toString('base64')}` };
    const api = createVendorApi({ send: sendByFetch({ url, headers: async () => headers }), timeoutMs });
    return [
      createRecordConnector({
        kind: 'helpdesk.ticket',
        timeoutMs,
        requests: 4,
        partsOf: (effect) => partsOf(api, effect),
        check: async () => {
          await api.ask({ method: 'GET', path: '/api/v2/agents/me' });
          return [];
        },
        mendOf: () => 'Freshdesk refuses the key: set SLUICE_FRESHDESK_KEY to that of an agent who may see tickets',
      }),
    ];
  },
});
