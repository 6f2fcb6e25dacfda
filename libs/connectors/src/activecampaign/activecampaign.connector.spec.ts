import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anEffect, anEnrolment } from '../testing/index.ts';
import { installedAs, vendorSuite, type VendorSuite } from '../testing/vendor-suite.ts';
import { activecampaign } from './activecampaign.connector.ts';

const contentOf = ({ content }: { readonly content: unknown }) => content as ReturnType<typeof anEnrolment>;
const inAutomation = (over: Parameters<typeof anEnrolment>[0] = {}) =>
  anEnrolment({ list: '1', automation: '1', ...over });

const vendor: VendorSuite = {
  definition: activecampaign,
  simulator: 'activecampaign',
  kind: 'marketing.enrol',
  settings: (url) => ({ URL: url, TOKEN: 'secret' }),
  content: inAutomation,
  applying: { path: '/contactAutomations', method: 'POST' },
  keyOf: (effect) => `contactAutomations:${contentOf(effect).person.email}:1`,
};

vendorSuite(vendor);

describe('ActiveCampaign', () => {
  let simulators: RunningSimulators;
  beforeAll(async () => {
    simulators = await startSimulators();
  });
  afterAll(() => simulators.close());
  const connected = () => installedAs(vendor, { url: simulators.addressOf('activecampaign'), timeoutMs: 2_000 });
  const enrol = (content = inAutomation()) =>
    anEffect({ kind: 'marketing.enrol', target: 'activecampaign', content: { ...content } });

  it('has somebody on the list, with their tags and in the automation, each with its receipt', async () => {
    const result = await (await connected()).perform(enrol(inAutomation({ tags: ['nurture', 'trial'] })));
    expect(Object.keys(result.parts ?? {})).toEqual(['contact', 'list', 'tag nurture', 'tag trial', 'automation']);
  });

  it('has nobody in the automation twice, also when a second inquiry asks for it', async () => {
    const connector = await connected();
    const content = inAutomation();
    await connector.perform(enrol(content));
    await connector.perform(enrol(content));
    const { applied } = await simulators.journal('activecampaign');
    expect(applied[`contactAutomations:${content.person.email}:1`]).toBe(1);
  });

  it('refuses for good a list that is none', async () => {
    expect(await (await connected()).perform(enrol(inAutomation({ list: '9' })))).toMatchObject({
      kind: 'refuted',
      reason: 'http-422',
    });
  });
});
