import type { CrmContent } from '@sluice/contracts';
import { VendorError } from '../vendor/failure.ts';
import type { Part } from '../vendor/in-parts.ts';
import { htmlOf } from '../vendor/html-of.ts';
import { filled, isMarked, noteOf, splitName, subjectOf } from '../vendor/record-text.ts';
import type { HubSpotApi, HubSpotType } from './hubspot-api.ts';

/** The property, unique in HubSpot, by which we know what we made: the company's domain, the deal's effect. */
export const KEY = 'sluice_key';

export interface Writing {
  readonly api: HubSpotApi;
  readonly content: CrmContent;
  readonly effectId: string;
  /** RFC 3339: when it was asked for. What is open for so many days before is taken. */
  readonly requestedAt: string;
}

const DAY_MS = 86_400_000;
const LONGEST_NAME = 200;
const CONFLICT: ReadonlySet<string> = new Set(['http-409', 'http-400']);

/** Makes it, or takes what somebody else made under the same key meanwhile. */
const makeOrAdopt = async (make: () => Promise<string>, find: () => Promise<string | null>): Promise<string> => {
  try {
    return await make();
  } catch (error) {
    const isTaken = error instanceof VendorError && CONFLICT.has(error.failure.reason);
    const taken = isTaken ? await find() : null;
    if (taken === null) throw error;
    return taken;
  }
};

/** What we know of a person, as HubSpot names it. */
const detailsOf = ({ person, company }: CrmContent): Readonly<Record<string, string>> => {
  const { first, last } = splitName(person.name);
  return filled({ firstname: first, lastname: last, phone: person.phone, company: company?.name });
};

const contactPart = ({ api, content }: Writing): Part => {
  const email = (content.person.email ?? '').toLowerCase();
  const find = async () => (await api.byKey('contacts', { property: 'email', value: email }))?.id ?? null;
  const make = () => api.create('contacts', { email, ...detailsOf(content) });
  return { name: 'contact', find, make: () => makeOrAdopt(make, find) };
};

/** What a contact that was there before lacks and we know is filled in; what people have entered stays. */
const detailsPart = ({ api, content }: Writing): readonly Part[] => {
  const details = detailsOf(content);
  const names = Object.keys(details);
  if (names.length === 0) return [];
  const lacking = async (contact: string): Promise<readonly string[]> => {
    const found = await api.byId('contacts', contact, names);
    return names.filter((name) => !found?.properties[name]);
  };
  return [
    {
      name: 'details',
      find: async ({ contact = '' }) => ((await lacking(contact)).length === 0 ? contact : null),
      async make({ contact = '' }) {
        const missing = await lacking(contact);
        await api.change('contacts', contact, Object.fromEntries(missing.map((name) => [name, details[name] ?? ''])));
        return contact;
      },
    },
  ];
};

const companyPart = (api: HubSpotApi, { name, domain }: { name: string | null; domain: string }): Part => {
  const find = async () =>
    (await api.byKey('companies', { property: KEY, value: domain }))?.id ??
    (await api.search('companies', 'domain', domain))?.id ??
    null;
  const make = () => api.create('companies', filled({ name: name ?? domain, domain, [KEY]: domain }));
  return { name: 'company', find, make: () => makeOrAdopt(make, find) };
};

/** An open deal of the same people that is young enough; null where there is none. */
const openDeal = async (
  { api, content, requestedAt }: Writing,
  made: Readonly<Record<string, string>>,
): Promise<string | null> => {
  const since = Date.parse(requestedAt) - (content.deal?.openWindowDays ?? 0) * DAY_MS;
  const ends: readonly (readonly [HubSpotType, string | undefined])[] = [
    ['companies', made['company']],
    ['contacts', made['contact']],
  ];
  for (const [type, id] of ends) {
    const deals = id === undefined ? [] : await api.linked({ type, id }, 'deals', ['createdate', 'hs_is_closed']);
    const open = deals.find(
      ({ properties }) => properties['hs_is_closed'] !== 'true' && Date.parse(properties['createdate'] ?? '') >= since,
    );
    if (open) return open.id;
  }
  return null;
};

const dealPart = (writing: Writing): Part => {
  const { api, content, effectId } = writing;
  const find = async () => (await api.byKey('deals', { property: KEY, value: effectId }))?.id ?? null;
  const make = () =>
    api.create(
      'deals',
      filled({
        dealname: subjectOf(content, LONGEST_NAME),
        pipeline: content.deal?.pipeline,
        dealstage: content.deal?.stage,
        [KEY]: effectId,
      }),
    );
  return {
    name: 'deal',
    isMain: true,
    find,
    make: async (made) => (await openDeal(writing, made)) ?? makeOrAdopt(make, find),
  };
};

const linkPart = (
  api: HubSpotApi,
  [from, fromPart]: readonly [HubSpotType, string],
  [to, toPart]: readonly [HubSpotType, string],
): Part => ({
  name: `${fromPart}-${toPart}`,
  async find(made) {
    const [id = '', toId = ''] = [made[fromPart], made[toPart]];
    return (await api.linkedIds({ type: from, id }, to)).includes(toId) ? `${id}-${toId}` : null;
  },
  async make(made) {
    const [id = '', toId = ''] = [made[fromPart], made[toPart]];
    await api.link({ type: from, id }, { type: to, id: toId });
    return `${id}-${toId}`;
  },
});

const markedPart = (
  { api, effectId }: Writing,
  {
    type,
    name,
    body,
    properties,
  }: { type: 'notes' | 'tasks'; name: string; body: string; properties: Readonly<Record<string, string>> },
): Part => ({
  name,
  async find({ contact = '' }) {
    const all = await api.linked({ type: 'contacts', id: contact }, type, [body]);
    return all.find((one) => isMarked(one.properties[body], effectId))?.id ?? null;
  },
  make: ({ contact = '', company, deal }) =>
    api.create(type, properties, {
      contacts: contact,
      ...(company === undefined ? {} : { companies: company }),
      ...(deal === undefined ? {} : { deals: deal }),
    }),
});

const TASK_PRIORITIES: Readonly<Record<string, string>> = {
  low: 'LOW',
  normal: 'MEDIUM',
  medium: 'MEDIUM',
  high: 'HIGH',
  urgent: 'HIGH',
  critical: 'HIGH',
};

/** Contact, company and deal, how they belong together, a note of what was written, and a task by when somebody answers. */
export const partsOf = (writing: Writing): readonly Part[] => {
  const { api, content, effectId, requestedAt } = writing;
  const { company, deal, inquiry } = content;
  const domain = company?.domain ?? null;
  const note = noteOf(content, effectId);
  return [
    contactPart(writing),
    ...detailsPart(writing),
    ...(domain === null
      ? []
      : [
          companyPart(api, { name: company?.name ?? null, domain }),
          linkPart(api, ['contacts', 'contact'], ['companies', 'company']),
        ]),
    ...(deal === null
      ? []
      : [
          dealPart(writing),
          linkPart(api, ['deals', 'deal'], ['contacts', 'contact']),
          ...(domain === null ? [] : [linkPart(api, ['deals', 'deal'], ['companies', 'company'])]),
        ]),
    markedPart(writing, {
      type: 'notes',
      name: 'note',
      body: 'hs_note_body',
      properties: { hs_note_body: htmlOf(note), hs_timestamp: requestedAt },
    }),
    ...(inquiry.dueAt === null
      ? []
      : [
          markedPart(writing, {
            type: 'tasks',
            name: 'task',
            body: 'hs_task_body',
            properties: {
              hs_task_subject: `Answer: ${subjectOf(content, LONGEST_NAME)}`,
              hs_task_body: `sluice:${effectId}`,
              hs_task_status: 'NOT_STARTED',
              hs_task_priority: TASK_PRIORITIES[inquiry.priority.toLowerCase()] ?? 'MEDIUM',
              hs_timestamp: inquiry.dueAt,
            },
          }),
        ]),
  ];
};
