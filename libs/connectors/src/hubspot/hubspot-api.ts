import { z } from 'zod';
import { failed } from '../vendor/failure.ts';
import { readAnswer } from '../vendor/read-answer.ts';
import type { VendorAnswer, VendorApi } from '../vendor/vendor-api.ts';
import type { Failure } from '../vendor/failure.ts';

export type HubSpotType = 'contacts' | 'companies' | 'deals' | 'notes' | 'tasks';
export interface HubSpotObject {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
}
/** One end of an association. */
export interface End {
  readonly type: HubSpotType;
  readonly id: string;
}
type Properties = Readonly<Record<string, string>>;

/** Ends of HubSpot's own kinds of association. https://developers.hubspot.com/docs/api-reference/crm-associations-v4 */
const ASSOCIATIONS: Readonly<Record<string, number>> = {
  'notes-contacts': 202,
  'notes-companies': 190,
  'notes-deals': 214,
  'tasks-contacts': 204,
  'tasks-companies': 192,
  'tasks-deals': 216,
};

const object = z.object({
  id: z.string().regex(/^\d{1,20}$/),
  properties: z.record(z.string(), z.string().nullable()),
});
const objects = z.object({ results: z.array(object) });
const associated = z.object({ results: z.array(z.object({ toObjectId: z.union([z.number(), z.string()]) })) });
const refusal = z.object({
  message: z.string(),
  category: z.string(),
  errors: z.array(z.object({ code: z.string().optional() })).optional(),
});

const UNKNOWN_PROPERTY = /does not exist/u;

/** What HubSpot says beside its status: that a property is missing, which somebody has to make. */
export const hubspotFailure = ({ status, body }: VendorAnswer): Failure | null => {
  const said = refusal.safeParse(body);
  return status === 400 && said.success && UNKNOWN_PROPERTY.test(said.data.message)
    ? { kind: 'misconfigured', reason: 'property-missing', afterMs: null }
    : null;
};

export interface HubSpotApi {
  byId(type: HubSpotType, id: string, properties: readonly string[]): Promise<HubSpotObject | null>;
  change(type: HubSpotType, id: string, properties: Properties): Promise<void>;
  /** By a property that is unique, such as an address. Read straight from the store, never from the index that a search has. */
  byKey(type: HubSpotType, key: { readonly property: string; readonly value: string }): Promise<HubSpotObject | null>;
  search(type: HubSpotType, property: string, value: string): Promise<HubSpotObject | null>;
  create(
    type: HubSpotType,
    properties: Properties,
    to?: Readonly<Partial<Record<HubSpotType, string>>>,
  ): Promise<string>;
  linkedIds(of: End, to: HubSpotType): Promise<readonly string[]>;
  /** All of a type that belong to it. */
  linked(of: End, to: HubSpotType, properties: readonly string[]): Promise<readonly HubSpotObject[]>;
  link(from: End, to: End): Promise<void>;
  hasProperty(type: HubSpotType, name: string): Promise<boolean>;
  account(): Promise<void>;
}

const segment = encodeURIComponent;
const MOST_LINKED = 100;

export const createHubSpotApi = (api: VendorApi): HubSpotApi => {
  const self: HubSpotApi = {
    async byId(type, id, properties) {
      const answer = await api.ask({
        method: 'GET',
        path: `/crm/v3/objects/${type}/${segment(id)}`,
        query: { properties: properties.join(',') },
      });
      return answer && readAnswer(object, answer);
    },
    async change(type, id, properties) {
      await api.act({ method: 'PATCH', path: `/crm/v3/objects/${type}/${segment(id)}`, json: { properties } });
    },
    async byKey(type, { property, value }) {
      const answer = await api.ask({
        method: 'GET',
        path: `/crm/v3/objects/${type}/${segment(value)}`,
        query: { idProperty: property },
      });
      return answer && readAnswer(object, answer);
    },
    async search(type, property, value) {
      const answer = await api.ask({
        method: 'POST',
        path: `/crm/v3/objects/${type}/search`,
        json: {
          filterGroups: [{ filters: [{ propertyName: property, operator: 'EQ', value }] }],
          properties: [property],
          sorts: [],
          limit: 1,
          after: '0',
        },
      });
      return answer === null ? null : (readAnswer(objects, answer).results[0] ?? null);
    },
    async create(type, properties, to = {}) {
      const associations = Object.entries(to).map(([end, id]) => ({
        to: { id },
        types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: ASSOCIATIONS[`${type}-${end}`] }],
      }));
      const answer = await api.act({
        method: 'POST',
        path: `/crm/v3/objects/${type}`,
        json: { properties, associations },
      });
      return readAnswer(object, answer).id;
    },
    async linkedIds({ type: from, id }, to) {
      const answer = await api.ask({
        method: 'GET',
        path: `/crm/v4/objects/${from}/${id}/associations/${to}`,
        query: { limit: String(MOST_LINKED) },
      });
      return answer === null ? [] : readAnswer(associated, answer).results.map(({ toObjectId }) => String(toObjectId));
    },
    async linked(of, to, properties) {
      const ids = await self.linkedIds(of, to);
      if (ids.length === 0) return [];
      const read = await api.ask({
        method: 'POST',
        path: `/crm/v3/objects/${to}/batch/read`,
        json: { inputs: ids.map((one) => ({ id: one })), properties: [...properties], propertiesWithHistory: [] },
      });
      if (read === null) throw failed('unwell', 'malformed-answer');
      return readAnswer(objects, read).results;
    },
    async link({ type: from, id }, { type: to, id: toId }) {
      await api.act({ method: 'PUT', path: `/crm/v4/objects/${from}/${id}/associations/default/${to}/${toId}` });
    },
    hasProperty: async (type, name) =>
      (await api.ask({ method: 'GET', path: `/crm/v3/properties/${type}/${name}` })) !== null,
    account: async () => void (await api.ask({ method: 'GET', path: '/account-info/v3/details' })),
  };
  return self;
};
