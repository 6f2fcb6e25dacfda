import { ticketContent, type TicketContent } from '@sluice/contracts';
import { z } from 'zod';
import type { Effect } from '../ports/connector.port.ts';
import { defineConnector, secretSetting } from '../vendor/define-connector.ts';
import { failed } from '../vendor/failure.ts';
import { htmlOf } from '../vendor/html-of.ts';
import type { Part } from '../vendor/in-parts.ts';
import { readAnswer } from '../vendor/read-answer.ts';
import { createRecordConnector } from '../vendor/record-connector.ts';
import { isMarked, noteOf } from '../vendor/record-text.ts';
import { sendByFetch } from '../vendor/send-by-fetch.ts';
import { createVendorApi, type VendorApi } from '../vendor/vendor-api.ts';

const settings = z.object({
  TOKEN: secretSetting('Access token of an app of the workspace'),
  ADMIN_ID: z.string().min(1).describe('Id of the teammate who writes the notes'),
  URL: z.url().default('https://api.intercom.io').describe('Base of the API: another in Europe and Australia'),
});

const VERSION = '2.15';
const one = z.object({ id: z.string().min(1) });
const contacts = z.object({ data: z.array(one) });
const conversations = z.object({
  conversations: z.array(z.object({ id: z.string(), source: z.object({ body: z.string().nullish() }).nullish() })),
});
const begun = z.object({ conversation_id: z.string().min(1) });
const whole = z.object({
  tags: z.object({ tags: z.array(z.object({ id: z.string(), name: z.string() })) }),
  conversation_parts: z.object({
    conversation_parts: z.array(z.object({ id: z.string(), body: z.string().nullish() })),
  }),
});

interface Writing {
  readonly api: VendorApi;
  readonly adminId: string;
  readonly content: TicketContent;
  readonly effect: Effect;
}

const contactPart = ({ api, content: { person } }: Writing): Part => {
  const email = person.email ?? '';
  const find = async (): Promise<string | null> => {
    const answer = await api.ask({
      method: 'POST',
      path: '/contacts/search',
      json: { query: { field: 'email', operator: '=', value: email } },
    });
    return (answer && readAnswer(contacts, answer).data[0]?.id) ?? null;
  };
  return {
    name: 'contact',
    find,
    async make() {
      if (person.email === null) throw failed('refused', 'nobody-to-answer');
      const json = { role: 'user', email, ...(person.name === null ? {} : { name: person.name }) };
      return readAnswer(one, await api.act({ method: 'POST', path: '/contacts', json })).id;
    },
  };
};

/** What Intercom shows of a conversation's first message is where its mark lies: it has no field for a key. */
const markOfConversation = (conversationId: string): string => `sluice-conversation:${conversationId}`;

const conversationPart = ({ api, content, effect: { conversationId } }: Writing): Part => ({
  name: 'ticket',
  isMain: true,
  async find({ contact = '' }) {
    const answer = await api.ask({
      method: 'POST',
      path: '/conversations/search',
      json: { query: { field: 'contact_ids', operator: '=', value: contact } },
    });
    const mark = markOfConversation(conversationId);
    const all = answer === null ? [] : readAnswer(conversations, answer).conversations;
    return all.find(({ source }) => source?.body?.includes(mark))?.id ?? null;
  },
  async make({ contact = '' }) {
    const body = `${htmlOf(content.inquiry.summary || 'See the note.')}<br><br>${markOfConversation(conversationId)}`;
    const answer = await api.act({
      method: 'POST',
      path: '/conversations',
      json: { from: { type: 'user', id: contact }, body },
    });
    return readAnswer(begun, answer).conversation_id;
  },
});

const readConversation = async (api: VendorApi, id: string) => {
  const answer = await api.ask({ method: 'GET', path: `/conversations/${id}` });
  return answer && readAnswer(whole, answer);
};

const noteIn = (conversation: z.output<typeof whole> | null, effectId: string): string | null =>
  conversation?.conversation_parts.conversation_parts.find(({ body }) => isMarked(body, effectId))?.id ?? null;

const notePart = ({ api, adminId, content, effect: { effectId } }: Writing): Part => ({
  name: 'note',
  find: async ({ ticket = '' }) => noteIn(await readConversation(api, ticket), effectId),
  async make({ ticket = '' }) {
    const answer = await api.act({
      method: 'POST',
      path: `/conversations/${ticket}/reply`,
      json: { message_type: 'note', type: 'admin', admin_id: adminId, body: htmlOf(noteOf(content, effectId)) },
    });
    return noteIn(readAnswer(whole, answer), effectId) ?? effectId;
  },
});

const tagPart = ({ api, adminId }: Writing, name: string): Part => ({
  name: `tag ${name}`,
  async find({ ticket = '' }) {
    return (await readConversation(api, ticket))?.tags.tags.find((tag) => tag.name === name)?.id ?? null;
  },
  async make({ ticket = '' }) {
    const { id } = readAnswer(one, await api.act({ method: 'POST', path: '/tags', json: { name } }));
    await api.act({ method: 'POST', path: `/conversations/${ticket}/tags`, json: { id, admin_id: adminId } });
    return id;
  },
});

const CONFLICT = 'http-409';

/** Intercom. https://developers.intercom.com/docs/references/2.15/rest-api/api.intercom.io */
export const intercom = defineConnector({
  provider: 'intercom',
  kinds: ['helpdesk.ticket'],
  // A workspace has 10,000 requests a minute; searches are dearer.
  perSecond: 5,
  settings,
  async create({ TOKEN: token, ADMIN_ID: adminId, URL: url }, { timeoutMs }) {
    const headers = { authorization: `Bearer ${token.reveal()}`, 'intercom-version': VERSION };
    const api = createVendorApi({
      send: sendByFetch({ url, headers: async () => headers }),
      timeoutMs,
      // Its search does not know them yet: found a moment later.
      read: ({ status }) => (status === 409 ? { kind: 'unwell', reason: CONFLICT, afterMs: null } : null),
    });
    const partsOf = (effect: Effect): readonly Part[] => {
      const writing: Writing = { api, adminId, effect, content: ticketContent.parse(effect.content) };
      return [
        contactPart(writing),
        conversationPart(writing),
        notePart(writing),
        ...writing.content.tags.map((name) => tagPart(writing, name)),
      ];
    };
    return [
      createRecordConnector({
        kind: 'helpdesk.ticket',
        timeoutMs,
        requests: 12,
        partsOf,
        check: async () => {
          await api.ask({ method: 'GET', path: '/me' });
          return [];
        },
        mendOf: () => 'Intercom refuses the token: set SLUICE_INTERCOM_TOKEN anew',
      }),
    ];
  },
});
