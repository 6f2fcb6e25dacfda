import { crmContent } from '@sluice/contracts';
import { z } from 'zod';
import type { SinkFault } from '../ports/connector.port.ts';
import { defineConnector, secretSetting } from '../vendor/define-connector.ts';
import { createRecordConnector } from '../vendor/record-connector.ts';
import { createVendorApi, type VendorRequest } from '../vendor/vendor-api.ts';
import { createHubSpotApi, hubspotFailure, type HubSpotApi } from './hubspot-api.ts';
import { KEY, partsOf } from './hubspot-parts.ts';

const settings = z.object({
  TOKEN: secretSetting(
    'Access token of a private app (pat-…) with the scopes of libs/connectors/src/hubspot/README.md',
  ),
  URL: z.url().default('https://api.hubapi.com').describe('Base of the API, where it is not HubSpot itself'),
});

const MOST_REQUESTS = 20;
const PROPERTY_MEND = `create the property "${KEY}" for companies and for deals: single-line text, unique values only (libs/connectors/src/hubspot/README.md)`;
const MENDS: Readonly<Record<string, string>> = {
  'property-missing': PROPERTY_MEND,
  'http-401': 'HubSpot refuses the token: set SLUICE_HUBSPOT_TOKEN to that of a private app that is installed',
  'http-403': 'the private app may not do this: give it the scopes of libs/connectors/src/hubspot/README.md',
};

/** The vendor's client, with its own retries off. */
const sdkSender = async (token: string, url: string) => {
  const { Client } = await import('@hubspot/api-client');
  const client = new Client({ accessToken: token, basePath: url.replace(/\/+$/, ''), numberOfApiCallRetries: 0 });
  return ({ method, path, query, json }: VendorRequest): Promise<Response> =>
    client.apiRequest({
      method,
      path,
      ...(query ? { qs: { ...query } } : {}),
      ...(json === undefined ? { defaultJson: false } : { body: json }),
    });
};

const missingProperties = async (api: HubSpotApi): Promise<readonly SinkFault[]> => {
  await api.account();
  const has = await Promise.all([api.hasProperty('companies', KEY), api.hasProperty('deals', KEY)]);
  return has.every(Boolean) ? [] : [{ target: null, reason: 'property-missing', mend: PROPERTY_MEND }];
};

/** HubSpot CRM. https://developers.hubspot.com/docs/api-reference */
export const hubspot = defineConnector({
  provider: 'hubspot',
  kinds: ['crm.upsert'],
  // A private app has 100 requests in 10 seconds at the least; an effect takes up to twenty.
  perSecond: 0.5,
  settings,
  async create({ TOKEN: token, URL: url }, { timeoutMs }) {
    const api = createHubSpotApi(
      createVendorApi({ send: await sdkSender(token.reveal(), url), timeoutMs, read: hubspotFailure }),
    );
    return [
      createRecordConnector({
        kind: 'crm.upsert',
        timeoutMs,
        requests: MOST_REQUESTS,
        partsOf: ({ content, effectId, requestedAt }) =>
          partsOf({ api, content: crmContent.parse(content), effectId, requestedAt }),
        check: () => missingProperties(api),
        mendOf: (reason) => MENDS[reason] ?? 'HubSpot refuses it: look at the private app',
      }),
    ];
  },
});
