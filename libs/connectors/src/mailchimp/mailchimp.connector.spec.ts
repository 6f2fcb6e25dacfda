import { createHash } from 'node:crypto';
import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anEffect, anEnrolment } from '../testing/index.ts';
import { installedAs, vendorSuite, type VendorSuite } from '../testing/vendor-suite.ts';
import { mailchimp } from './mailchimp.connector.ts';

const hashOf = (email: string | null) =>
  createHash('md5')
    .update(email ?? '')
    .digest('hex');
const contentOf = ({ content }: { readonly content: unknown }) => content as ReturnType<typeof anEnrolment>;

const vendor: VendorSuite = {
  definition: mailchimp,
  simulator: 'mailchimp',
  kind: 'marketing.enrol',
  settings: (url) => ({ KEY: 'secret-us6', URL: url }),
  content: anEnrolment,
  applying: { path: '/members/', method: 'PUT' },
  keyOf: (effect) => `sluice:${hashOf(contentOf(effect).person.email)}`,
};

vendorSuite(vendor);

describe('Mailchimp', () => {
  let simulators: RunningSimulators;
  beforeAll(async () => {
    simulators = await startSimulators();
  });
  afterAll(() => simulators.close());
  const connected = () => installedAs(vendor, { url: simulators.addressOf('mailchimp'), timeoutMs: 2_000 });
  const enrol = (content = anEnrolment()) =>
    anEffect({ kind: 'marketing.enrol', target: 'mailchimp', content: { ...content } });

  it('asks somebody new first whether they want it, and gives them their tags', async () => {
    const content = anEnrolment({ tags: ['nurture', 'trial'] });
    await (await connected()).perform(enrol(content));
    const members = (await simulators.objects('mailchimp'))['members'] ?? [];
    expect(members.find(({ email_address: email }) => email === content.person.email)).toMatchObject({
      status: 'pending',
      merge_fields: { FNAME: 'Jane', LNAME: 'van Doe' },
      tags: [{ name: 'nurture' }, { name: 'trial' }],
    });
  });

  it('never takes back who has unsubscribed', async () => {
    const content = anEnrolment();
    await fetch(`${simulators.url}/__sim/mailchimp/unsubscribed`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ list: 'sluice', emails: [content.person.email] }),
    });
    expect(await (await connected()).perform(enrol(content))).toMatchObject({ kind: 'refuted', reason: 'suppressed' });
    const { members = [] } = await simulators.objects('mailchimp');
    expect(members.find(({ email_address: email }) => email === content.person.email)).toMatchObject({
      status: 'unsubscribed',
      tags: [],
    });
  });

  it.each([
    ['without a list', { list: null }, 'no-list'],
    ['into an automation, which a tag starts', { automation: '7' }, 'automation-not-supported'],
    ['into a list that is none', { list: 'else' }, 'http-404'],
  ])('refuses for good %s', async (_case, over, reason) => {
    const result = await (await connected()).perform(enrol(anEnrolment(over)));
    expect(result).toMatchObject({ kind: 'refuted', reason });
  });
});
