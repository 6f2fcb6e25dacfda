import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aMailContent } from '../testing/a-mail.ts';
import { anEffect } from '../testing/index.ts';
import { mailSuite } from '../testing/mail-suite.ts';
import { installedAs, type VendorSuite } from '../testing/vendor-suite.ts';
import { sendgrid } from './sendgrid.connector.ts';

const vendor: VendorSuite = {
  definition: sendgrid,
  simulator: 'sendgrid',
  kind: 'mail.reply',
  settings: (url) => ({ FROM: 'Acme <hello@acme.example>', KEY: 'SG.secret', URL: url }),
  content: aMailContent,
  applying: { path: '/mail/send', method: 'POST' },
};

mailSuite({
  ...vendor,
  mend: 'SLUICE_SENDGRID_KEY',
  read: ({ personalizations, headers }) => ({
    to: JSON.stringify(personalizations),
    headers: Object.fromEntries(
      Object.entries(headers as Readonly<Record<string, string>>).map(([name, value]) => [name.toLowerCase(), value]),
    ),
  }),
});

describe('SendGrid', () => {
  let simulators: RunningSimulators;
  beforeAll(async () => {
    simulators = await startSimulators();
  });
  afterEach(() => simulators.clearFaults('sendgrid'));
  afterAll(() => simulators.close());
  const connected = () => installedAs(vendor, { url: simulators.addressOf('sendgrid'), timeoutMs: 400 });
  const mail = () => anEffect({ kind: 'mail.reply', target: 'sendgrid', content: { ...aMailContent() } });

  it.each([
    ['429', { status: 429, retryAfterSeconds: 3 }, { kind: 'retry', spendsTry: false, afterMs: 3_000 }],
    ['503', { status: 503 }, { kind: 'retry', spendsTry: true }],
    ['403', { status: 403 }, { kind: 'misconfigured', reason: 'http-403' }],
    ['400', { status: 400 }, { kind: 'refuted', reason: 'http-400' }],
    ['a 500', { status: 500 }, { kind: 'unknown' }],
    ['a time-out', { timeoutBeforeApply: true }, { kind: 'unknown' }],
    ['a broken connection', { reset: true }, { kind: 'unknown' }],
    ['an answer that is none of its own', { answer: '<html>' }, { kind: 'unknown' }],
  ])('%s says what it says', async (_case, line, result) => {
    await simulators.setFaults('sendgrid', { faults: [{ ...vendor.applying, method: 'POST', ...line, count: 1 }] });
    expect(await (await connected()).perform(mail())).toMatchObject(result);
  });

  it.each([
    ['a time-out', { timeoutAfterApply: true }],
    ['a broken connection', { resetAfterApply: true }],
    ['a 500', { errorAfterApply: 500 }],
  ])('holds a mail that it sent and of which %s is all that was heard', async (_case, line) => {
    const effect = mail();
    await simulators.setFaults('sendgrid', { faults: [{ ...vendor.applying, method: 'POST', ...line, count: 1 }] });
    const connector = await connected();
    expect(connector.onUnknown).toBe('hold');
    expect(await connector.perform(effect)).toMatchObject({ kind: 'unknown' });
    expect((await simulators.journal('sendgrid')).applied[effect.effectId]).toBe(1);
  });

  it('does not take a content that is no mail', async () => {
    const effect = anEffect({ kind: 'mail.reply', target: 'sendgrid', content: { text: 'x' } });
    expect(await (await connected()).perform(effect)).toEqual({ kind: 'refuted', reason: 'content-not-readable' });
  });
});
