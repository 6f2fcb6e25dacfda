import { enrolContent, type EnrolContent } from '@sluice/contracts';
import { z } from 'zod';
import { defineConnector, secretSetting } from '../vendor/define-connector.ts';
import { failed } from '../vendor/failure.ts';
import type { Part } from '../vendor/in-parts.ts';
import { readAnswer } from '../vendor/read-answer.ts';
import { createRecordConnector } from '../vendor/record-connector.ts';
import { splitName } from '../vendor/record-text.ts';
import { sendByFetch } from '../vendor/send-by-fetch.ts';
import { createVendorApi, type VendorApi } from '../vendor/vendor-api.ts';

const settings = z.object({
  URL: z.url().describe('Address of the account: https://acme.api-us1.com'),
  TOKEN: secretSetting('API key; Settings, Developer'),
});

const id = z.union([z.string(), z.number()]).transform(String);
const contacts = z.object({ contacts: z.array(z.object({ id })) });
const contact = z.object({ contact: z.object({ id }) });
const tags = z.object({ tags: z.array(z.object({ id, tag: z.string() })) });
const tag = z.object({ tag: z.object({ id }) });
const UNSUBSCRIBED = '2';
const SUBSCRIBED = 1;

/** What somebody has of a kind: lists, tags, automations. */
const rowsOf = async (
  api: VendorApi,
  person: string,
  what: 'contactLists' | 'contactTags' | 'contactAutomations',
): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const answer = await api.ask({ method: 'GET', path: `/api/3/contacts/${person}/${what}` });
  return answer === null
    ? []
    : (readAnswer(z.record(z.string(), z.array(z.record(z.string(), z.unknown()))), answer)[what] ?? []);
};

/** Puts somebody on or into something, and gives the id of that. */
const joined = async (
  api: VendorApi,
  what: 'contactLists' | 'contactTags' | 'contactAutomations',
  json: Readonly<Record<string, object>>,
): Promise<string> => {
  const answer = await api.act({ method: 'POST', path: `/api/3/${what}`, json });
  const [made] = Object.values(
    readAnswer(z.record(z.string(), z.object({ id }).loose().catch({ id: '' })), answer),
  ).filter((one) => one.id !== '');
  return made?.id ?? what;
};

const contactPart = (api: VendorApi, { person }: EnrolContent): Part => {
  const email = person.email ?? '';
  const { first, last } = splitName(person.name);
  return {
    name: 'contact',
    isMain: true,
    async find() {
      const answer = await api.ask({ method: 'GET', path: '/api/3/contacts', query: { email } });
      return (answer && readAnswer(contacts, answer).contacts[0]?.id) ?? null;
    },
    async make() {
      const answer = await api.act({
        method: 'POST',
        path: '/api/3/contact/sync',
        json: {
          contact: {
            email,
            ...(first === null ? {} : { firstName: first }),
            ...(last === null ? {} : { lastName: last }),
          },
        },
      });
      return readAnswer(contact, answer).contact.id;
    },
  };
};

const listPart = (api: VendorApi, list: string): Part => ({
  name: 'list',
  async find({ contact: who = '' }) {
    const found = (await rowsOf(api, who, 'contactLists')).find((one) => String(one['list']) === list);
    // Who has said no is not put back.
    if (String(found?.['status']) === UNSUBSCRIBED) throw failed('refused', 'suppressed');
    return found ? String(found['id']) : null;
  },
  async make({ contact: who = '' }) {
    return joined(api, 'contactLists', { contactList: { list, contact: who, status: SUBSCRIBED } });
  },
});

const tagIdOf = async (api: VendorApi, name: string): Promise<string | null> => {
  const answer = await api.ask({ method: 'GET', path: '/api/3/tags', query: { search: name } });
  return (answer && readAnswer(tags, answer).tags.find((one) => one.tag === name)?.id) ?? null;
};

const tagPart = (api: VendorApi, name: string): Part => ({
  name: `tag ${name}`,
  async find({ contact: who = '' }) {
    const known = await tagIdOf(api, name);
    const found = known && (await rowsOf(api, who, 'contactTags')).find((one) => String(one['tag']) === known);
    return found ? String(found['id']) : null;
  },
  async make({ contact: who = '' }) {
    const known =
      (await tagIdOf(api, name)) ??
      readAnswer(
        tag,
        await api.act({ method: 'POST', path: '/api/3/tags', json: { tag: { tag: name, tagType: 'contact' } } }),
      ).tag.id;
    return joined(api, 'contactTags', { contactTag: { contact: who, tag: known } });
  },
});

const automationPart = (api: VendorApi, automation: string): Part => ({
  name: 'automation',
  async find({ contact: who = '' }) {
    const found = (await rowsOf(api, who, 'contactAutomations')).find(
      (one) => String(one['automation']) === automation,
    );
    return found ? String(found['id']) : null;
  },
  async make({ contact: who = '' }) {
    return joined(api, 'contactAutomations', { contactAutomation: { contact: who, automation } });
  },
});

/** ActiveCampaign. https://developers.activecampaign.com/reference */
export const activecampaign = defineConnector({
  provider: 'activecampaign',
  kinds: ['marketing.enrol'],
  // Five requests a second and account; an effect takes up to ten.
  perSecond: 0.5,
  settings,
  async create({ URL: url, TOKEN: token }, { timeoutMs }) {
    const headers = { 'api-token': token.reveal() };
    const api = createVendorApi({ send: sendByFetch({ url, headers: async () => headers }), timeoutMs });
    const partsOf = (content: EnrolContent): readonly Part[] => [
      contactPart(api, content),
      ...(content.list === null ? [] : [listPart(api, content.list)]),
      ...content.tags.map((name) => tagPart(api, name)),
      ...(content.automation === null ? [] : [automationPart(api, content.automation)]),
    ];
    return [
      createRecordConnector({
        kind: 'marketing.enrol',
        timeoutMs,
        requests: 12,
        partsOf: ({ content }) => partsOf(enrolContent.parse(content)),
        check: async () => {
          await api.ask({ method: 'GET', path: '/api/3/users/me' });
          return [];
        },
        mendOf: () =>
          'ActiveCampaign refuses the key: set SLUICE_ACTIVECAMPAIGN_URL and SLUICE_ACTIVECAMPAIGN_TOKEN anew',
      }),
    ];
  },
});
