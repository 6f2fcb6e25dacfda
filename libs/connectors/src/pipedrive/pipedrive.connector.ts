import { crmContent, type CrmContent } from '@sluice/contracts';
import { z } from 'zod';
import type { Effect } from '../ports/connector.port.ts';
import { defineConnector, secretSetting } from '../vendor/define-connector.ts';
import { htmlOf } from '../vendor/html-of.ts';
import type { Part } from '../vendor/in-parts.ts';
import { readAnswer } from '../vendor/read-answer.ts';
import { createRecordConnector } from '../vendor/record-connector.ts';
import { isMarked, noteOf, subjectOf } from '../vendor/record-text.ts';
import { sendByFetch } from '../vendor/send-by-fetch.ts';
import { createVendorApi, type VendorApi } from '../vendor/vendor-api.ts';

const settings = z.object({
  TOKEN: secretSetting('API token; Personal preferences, API'),
  DEAL_FIELD: z
    .string()
    .regex(/^[0-9a-f]{40}$/u, 'is no key of a custom field: 40 hexadecimal digits')
    .describe('API key of a text field of deals named "Sluice key", made for it; Company settings, Data fields'),
  URL: z.url().default('https://api.pipedrive.com').describe('Base of the API, where it is not Pipedrive itself'),
});

const DAY_MS = 86_400_000;
const LONGEST_TITLE = 200;

const one = z.object({ data: z.object({ id: z.number() }) });
const found = z.object({ data: z.object({ items: z.array(z.object({ item: z.object({ id: z.number() }) })) }) });
const deals = z.object({
  data: z
    .array(
      z.object({
        id: z.number(),
        add_time: z.string(),
        status: z.string(),
        custom_fields: z.record(z.string(), z.unknown()).nullish(),
      }),
    )
    .nullable(),
});
const notes = z.object({ data: z.array(z.object({ id: z.number(), content: z.string().nullish() })).nullable() });
type Deal = NonNullable<z.output<typeof deals>['data']>[number];

interface Writing {
  readonly api: VendorApi;
  readonly field: string;
  readonly content: CrmContent;
  readonly effect: Effect;
}

const idOf = async (answer: ReturnType<VendorApi['act']>): Promise<string> =>
  String(readAnswer(one, await answer).data.id);

const search = async (
  api: VendorApi,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<string | null> => {
  const answer = await api.ask({ method: 'GET', path, query: { ...query, exact_match: 'true', limit: '1' } });
  const first = answer && readAnswer(found, answer).data.items[0];
  return first ? String(first.item.id) : null;
};

const dealsOf = async (api: VendorApi, query: Readonly<Record<string, string>>): Promise<readonly Deal[]> => {
  const answer = await api.ask({ method: 'GET', path: '/api/v2/deals', query: { ...query, limit: '500' } });
  return answer === null ? [] : (readAnswer(deals, answer).data ?? []);
};

const organizationPart = ({ api, content: { company } }: Writing): readonly Part[] => {
  const name = company?.name ?? company?.domain ?? null;
  if (name === null) return [];
  return [
    {
      name: 'organization',
      find: () => search(api, '/api/v2/organizations/search', { term: name, fields: 'name' }),
      make: () => idOf(api.act({ method: 'POST', path: '/api/v2/organizations', json: { name } })),
    },
  ];
};

const personPart = ({ api, content: { person } }: Writing): Part => {
  const email = person.email ?? '';
  return {
    name: 'person',
    find: () => search(api, '/api/v2/persons/search', { term: email, fields: 'email' }),
    make: ({ organization }) =>
      idOf(
        api.act({
          method: 'POST',
          path: '/api/v2/persons',
          json: {
            name: person.name ?? email,
            emails: [{ value: email, primary: true }],
            ...(person.phone === null ? {} : { phones: [{ value: person.phone, primary: true }] }),
            ...(organization === undefined ? {} : { org_id: Number(organization) }),
          },
        }),
      ),
  };
};

const dealPart = ({ api, field, content, effect }: Writing): readonly Part[] => {
  const { deal } = content;
  if (deal === null) return [];
  const since = Date.parse(effect.requestedAt) - deal.openWindowDays * DAY_MS;
  const isYoung = ({ add_time: at, status }: Deal): boolean => status === 'open' && Date.parse(at) >= since;
  return [
    {
      name: 'deal',
      isMain: true,
      async find({ person = '' }) {
        const own = (await dealsOf(api, { person_id: person })).find(
          ({ custom_fields: fields }) => fields?.[field] === effect.effectId,
        );
        return own ? String(own.id) : null;
      },
      async make({ person = '', organization }) {
        const open = [
          ...(organization === undefined ? [] : await dealsOf(api, { org_id: organization, status: 'open' })),
          ...(await dealsOf(api, { person_id: person, status: 'open' })),
        ].find(isYoung);
        if (open) return String(open.id);
        return idOf(
          api.act({
            method: 'POST',
            path: '/api/v2/deals',
            json: {
              title: subjectOf(content, LONGEST_TITLE),
              person_id: Number(person),
              ...(organization === undefined ? {} : { org_id: Number(organization) }),
              ...(deal.pipeline === null ? {} : { pipeline_id: Number(deal.pipeline) }),
              ...(deal.stage === null ? {} : { stage_id: Number(deal.stage) }),
              custom_fields: { [field]: effect.effectId },
            },
          }),
        );
      },
    },
  ];
};

const notePart = ({ api, content, effect: { effectId } }: Writing): Part => ({
  name: 'note',
  async find({ person = '' }) {
    const answer = await api.ask({
      method: 'GET',
      path: '/v1/notes',
      query: { person_id: person, limit: '100', sort: 'add_time DESC' },
    });
    const own = (answer && readAnswer(notes, answer).data?.find((note) => isMarked(note.content, effectId))) ?? null;
    return own && String(own.id);
  },
  make: ({ person = '', deal }) =>
    idOf(
      api.act({
        method: 'POST',
        path: '/v1/notes',
        json: {
          content: htmlOf(noteOf(content, effectId)),
          person_id: Number(person),
          ...(deal === undefined ? {} : { deal_id: Number(deal) }),
        },
      }),
    ),
});

/** Pipedrive. https://developers.pipedrive.com/docs/api/v1 */
export const pipedrive = defineConnector({
  provider: 'pipedrive',
  kinds: ['crm.upsert'],
  // Tokens are counted by the day and burst: a search costs twenty, and an effect has up to two.
  perSecond: 1,
  settings,
  async create({ TOKEN: token, DEAL_FIELD: field, URL: url }, { timeoutMs }) {
    const headers = { 'x-api-token': token.reveal() };
    const api = createVendorApi({ send: sendByFetch({ url, headers: async () => headers }), timeoutMs });
    const partsOf = (effect: Effect): readonly Part[] => {
      const writing = { api, field, effect, content: crmContent.parse(effect.content) };
      return [...organizationPart(writing), personPart(writing), ...dealPart(writing), notePart(writing)];
    };
    return [
      createRecordConnector({
        kind: 'crm.upsert',
        timeoutMs,
        requests: 10,
        partsOf,
        check: async () => {
          await api.ask({ method: 'GET', path: '/v1/users/me' });
          return [];
        },
        mendOf: () => 'Pipedrive refuses the token: set SLUICE_PIPEDRIVE_TOKEN anew',
      }),
    ];
  },
});
