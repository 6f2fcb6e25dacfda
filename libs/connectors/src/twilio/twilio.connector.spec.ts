import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anEffect } from '../testing/index.ts';
import { installedAs, vendorSuite, type VendorSuite } from '../testing/vendor-suite.ts';
import { twilio } from './twilio.connector.ts';

const vendor: VendorSuite = {
  definition: twilio,
  simulator: 'twilio',
  kind: 'sms.message',
  settings: (url) => ({ SID: 'AC1', TOKEN: 'secret', FROM: '+15550199', URL: url }),
  content: () => ({ to: '+15550100', text: '[support][high] Dashboard is down (on-call)' }),
  applying: { path: '/Messages.json', method: 'POST' },
  keyOf: ({ effectId }) => effectId.slice(0, 8),
};

vendorSuite(vendor);

describe('Twilio', () => {
  let simulators: RunningSimulators;
  beforeAll(async () => {
    simulators = await startSimulators();
  });
  afterAll(() => simulators.close());
  const connected = (from = '+15550199') =>
    installedAs(
      { ...vendor, settings: (url) => ({ ...vendor.settings(url), FROM: from }) },
      { url: simulators.addressOf('twilio'), timeoutMs: 2_000 },
    );
  const sms = (to = '+15550100') =>
    anEffect({ kind: 'sms.message', target: 'twilio', content: { to, text: 'Somebody waits.' } });
  const stop = (numbers: readonly string[]) =>
    fetch(`${simulators.url}/__sim/twilio/stopped`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ numbers }),
    });

  it('sends nobody anything who has answered STOP, and says why', async () => {
    await stop(['+15550123']);
    expect(await (await connected()).perform(sms('+15550123'))).toMatchObject({
      kind: 'refuted',
      reason: 'suppressed',
    });
    await stop([]);
  });

  it('refuses for good a number that is none', async () => {
    expect(await (await connected()).perform(sms('+1'))).toMatchObject({
      kind: 'refuted',
      reason: 'recipient-refused',
    });
  });

  it('sends the same words to the same person twice where two effects ask for it', async () => {
    const connector = await connected();
    const [one, other] = [sms(), sms()];
    const results = [await connector.perform(one), await connector.perform(other)];
    expect(new Set(results.map(({ parts }) => parts?.['message'])).size).toBe(2);
  });

  it('whose account is refused says which settings to mend', async () => {
    await simulators.refuseAccess('twilio', true);
    expect(await (await connected()).check?.([])).toMatchObject({
      faults: [{ reason: 'credentials-refused', mend: expect.stringContaining('SLUICE_TWILIO_SID') as unknown }],
    });
    await simulators.refuseAccess('twilio', false);
  });
});
