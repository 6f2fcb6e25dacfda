import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startSimulators, type SimulatorName } from '@sluice/simulators';
import { describe, expect, it } from 'vitest';
import { aMailContent } from './testing/a-mail.ts';
import { discoveryDescription, openApiDescription, type Description, type Journaled } from './testing/description.ts';
import { createHubSpotProperties } from './testing/hubspot-properties.ts';
import { aCrmRecord, anEffect, aTicket } from './testing/index.ts';
import { installedAs, type VendorSuite } from './testing/vendor-suite.ts';
import { gmail } from './gmail/gmail.connector.ts';
import { hubspot } from './hubspot/hubspot.connector.ts';
import { intercom } from './intercom/intercom.connector.ts';
import { sendgrid } from './sendgrid/sendgrid.connector.ts';
import { twilio } from './twilio/twilio.connector.ts';

/** HubSpot's own id of the type, which its description has in place of the name. */
const DEALS = '/objects/0-3';

/** The vendors' own published descriptions: beside the project, and no part of it. */
const DESCRIPTIONS = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'api');
const openApis = (...names: readonly string[]): readonly Description[] =>
  names.map((name) => openApiDescription(join(DESCRIPTIONS, name)));

interface Described extends Pick<VendorSuite, 'definition' | 'kind' | 'settings'> {
  readonly simulator: SimulatorName;
  readonly content: object;
  readonly by: () => readonly Description[];
  /** What of the requests no description speaks of. */
  readonly undescribed: readonly RegExp[];
}

const vendors: readonly Described[] = [
  {
    definition: hubspot,
    kind: 'crm.upsert',
    simulator: 'hubspot',
    settings: (url) => ({ TOKEN: 'pat-1', URL: url }),
    content: aCrmRecord(),
    by: () => openApis('hubspot-contacts.json', 'hubspot-companies.json', 'hubspot-deals.json'),
    undescribed: [/\/objects\/(?:notes|tasks)/u, /^PUT \/crm\/v4\//u, /^GET \/crm\/v4\//u],
  },
  {
    definition: intercom,
    kind: 'helpdesk.ticket',
    simulator: 'intercom',
    settings: (url) => ({ TOKEN: 'secret', ADMIN_ID: '1', URL: url }),
    content: aTicket(),
    by: () => openApis('intercom-2.15.yaml'),
    undescribed: [],
  },
  {
    definition: twilio,
    kind: 'sms.message',
    simulator: 'twilio',
    settings: (url) => ({ SID: 'AC1', TOKEN: 'secret', FROM: '+15550199', URL: url }),
    content: { to: '+15550100', text: 'Somebody waits.' },
    by: () => openApis('twilio-2010.json'),
    undescribed: [],
  },
  {
    definition: sendgrid,
    kind: 'mail.reply',
    simulator: 'sendgrid',
    settings: (url) => ({ FROM: 'Acme <hello@acme.example>', KEY: 'SG.secret', URL: url }),
    content: aMailContent(),
    by: () => openApis('sendgrid-mail.json'),
    undescribed: [],
  },
  {
    definition: gmail,
    kind: 'mail.reply',
    simulator: 'gmail',
    settings: (url) => ({
      FROM: 'Acme <hello@acme.example>',
      CLIENT_ID: 'client',
      CLIENT_SECRET: 'secret',
      REFRESH_TOKEN: 'token',
      URL: url,
    }),
    content: aMailContent(),
    by: () => [discoveryDescription(join(DESCRIPTIONS, 'gmail.v1.json'))],
    undescribed: [/^POST \/token/u],
  },
];

/** Everything a connector asks for to make one effect, and then to look whether it is there. */
const requestsOf = async ({ simulator, ...vendor }: Described): Promise<readonly Journaled[]> => {
  const simulators = await startSimulators();
  try {
    if (simulator === 'hubspot') await createHubSpotProperties(simulators);
    await simulators.clearJournal(simulator);
    const connector = await installedAs(vendor, { url: simulators.addressOf(simulator), timeoutMs: 5_000 });
    const effect = anEffect({ kind: vendor.kind, target: vendor.definition.provider, content: { ...vendor.content } });
    expect(await connector.perform(effect)).toMatchObject({ kind: 'confirmed' });
    await connector.ask(effect, { since: effect.requestedAt });
    const { entries } = await simulators.journal(simulator);
    return entries.map(({ method, path, body }) => ({
      method,
      path: path.replace(`/${simulator}/`, '/').replace('/objects/deals', DEALS),
      body,
    }));
  } finally {
    await simulators.close();
  }
};

describe.skipIf(!existsSync(DESCRIPTIONS))('what a connector asks for', () => {
  it.each(vendors.map((vendor) => [vendor.definition.provider, vendor] as const))(
    'of %s is as the vendor itself describes it',
    async (_provider, vendor) => {
      const descriptions = vendor.by();
      const requests = await requestsOf(vendor);
      expect(requests.length).toBeGreaterThan(0);
      const complaints = requests.flatMap((request) => {
        const said = descriptions.flatMap((one) => {
          const complaint = one.complaintsAbout(request);
          return complaint === null ? [] : [complaint];
        });
        const name = `${request.method} ${request.path}`;
        if (said.length === 0)
          return vendor.undescribed.some((pattern) => pattern.test(name)) ? [] : [`${name} is described nowhere`];
        return said.some((complaint) => complaint.length === 0) ? [] : said.flat();
      });
      expect(complaints).toEqual([]);
    },
  );

  it('would be complained about, were it otherwise', () => {
    const [contacts] = openApis('hubspot-contacts.json');
    expect(
      contacts?.complaintsAbout({ method: 'POST', path: '/crm/v3/objects/contacts', body: { properties: 7 } }),
    ).not.toEqual([]);
    expect(contacts?.complaintsAbout({ method: 'POST', path: '/crm/v3/objects/nothing', body: {} })).toBeNull();
  });
});
