import { ticketContent, type TicketContent } from '@sluice/contracts';
import { z } from 'zod';
import type { Connector, Effect } from '../ports/connector.port.ts';
import { createRecordConnector } from '../vendor/record-connector.ts';
import { defineConnector, secretSetting } from '../vendor/define-connector.ts';
import type { Part } from '../vendor/in-parts.ts';
import { readAnswer } from '../vendor/read-answer.ts';
import { isMarked, noteOf, subjectOf } from '../vendor/record-text.ts';
import { sendByFetch } from '../vendor/send-by-fetch.ts';
import { createVendorApi, type VendorApi } from '../vendor/vendor-api.ts';

const settings = z.object({
  URL: z.url().describe('Address of the account: https://acme.zendesk.com'),
  EMAIL: z.email().describe('Agent whose API token it is: notes are theirs'),
  TOKEN: secretSetting('API token of that agent; Admin Center, Apps and integrations, APIs'),
});

/** Zendesk's bound of a subject. */
const LONGEST_SUBJECT = 150;
/** Pages that are read: longer conversations are not made by us. */
const PAGE = '100';

const ticketAnswer = z.object({ ticket: z.object({ id: z.number() }) });
const ticketList = z.object({ tickets: z.array(z.object({ id: z.number() })) });
const auditAnswer = z.object({ audit: z.object({ events: z.array(z.object({ id: z.number(), type: z.string() })) }) });
const commentList = z.object({ comments: z.array(z.object({ id: z.number(), body: z.string().optional() })) });

/** Zendesk's four priorities by where the playbook's word lies among the usual ones; another word says nothing. */
const PRIORITIES: Readonly<Record<string, string>> = {
  low: 'low',
  normal: 'normal',
  medium: 'normal',
  high: 'high',
  urgent: 'urgent',
  critical: 'urgent',
};

const tagOf = (text: string): string => text.toLowerCase().replaceAll(/\s+/gu, '_').slice(0, 80);

const labelsOf = ({ inquiry, tags, group }: TicketContent) => {
  const priority = PRIORITIES[inquiry.priority.toLowerCase()];
  return {
    ...(priority === undefined ? {} : { priority }),
    ...(group === null ? {} : { group_id: Number(group) }),
    tags: tags.map(tagOf),
  };
};

const requesterOf = ({ person }: TicketContent) =>
  person.email === null ? {} : { requester: { name: person.name ?? person.email, email: person.email } };

/** One ticket for a conversation, and in it a note for each inquiry. The customer gets no mail of either. */
const partsOf = (api: VendorApi, effect: Effect): readonly Part[] => {
  const content = ticketContent.parse(effect.content);
  const note = { body: noteOf(content, effect.effectId), public: false };
  const { tags, ...labels } = labelsOf(content);
  return [
    {
      name: 'ticket',
      async find() {
        const answer = await api.ask({
          method: 'GET',
          path: '/api/v2/tickets.json',
          query: { external_id: effect.conversationId },
        });
        const [first] = answer === null ? [] : readAnswer(ticketList, answer).tickets;
        return first ? String(first.id) : null;
      },
      async make() {
        const answer = await api.act({
          method: 'POST',
          path: '/api/v2/tickets.json',
          headers: { 'idempotency-key': effect.effectId },
          json: {
            ticket: {
              subject: subjectOf(content, LONGEST_SUBJECT),
              comment: note,
              external_id: effect.conversationId,
              ...requesterOf(content),
              ...labels,
              tags,
            },
          },
        });
        return String(readAnswer(ticketAnswer, answer).ticket.id);
      },
    },
    {
      name: 'note',
      async find({ ticket = '' }) {
        const answer = await api.ask({
          method: 'GET',
          path: `/api/v2/tickets/${ticket}/comments.json`,
          query: { 'page[size]': PAGE, sort: '-created_at' },
        });
        const found =
          answer && readAnswer(commentList, answer).comments.find(({ body }) => isMarked(body, effect.effectId));
        return found ? String(found.id) : null;
      },
      async make({ ticket = '' }) {
        const answer = await api.act({
          method: 'PUT',
          path: `/api/v2/tickets/${ticket}.json`,
          json: { ticket: { comment: note, ...labels, additional_tags: tags } },
        });
        const comment = readAnswer(auditAnswer, answer).audit.events.find(({ type }) => type === 'Comment');
        return String(comment?.id ?? effect.effectId);
      },
    },
  ];
};

const create = ({ URL: url, EMAIL: email, TOKEN: token }: z.output<typeof settings>, timeoutMs: number): Connector => {
  const credentials = Buffer.from(`${email}/token:${token.reveal()}`).toString('base64');
  const api = createVendorApi({
    send: sendByFetch({ url, headers: async () => ({ authorization: `Basic ${credentials}` }) }),
    timeoutMs,
  });
  return createRecordConnector({
    kind: 'helpdesk.ticket',
    timeoutMs,
    requests: 4,
    partsOf: (effect) => partsOf(api, effect),
    check: async () => {
      await api.ask({ method: 'GET', path: '/api/v2/users/me.json' });
      return [];
    },
    mendOf: () => 'Zendesk refuses the agent or the token: set SLUICE_ZENDESK_EMAIL and SLUICE_ZENDESK_TOKEN anew',
  });
};

/** Zendesk Support. https://developer.zendesk.com/api-reference/ticketing/introduction/ */
export const zendesk = defineConnector({
  provider: 'zendesk',
  kinds: ['helpdesk.ticket'],
  // Team allows 200 requests a minute; an effect takes three or four.
  perSecond: 0.8,
  settings,
  create: async (given, { timeoutMs }) => [create(given, timeoutMs)],
});
