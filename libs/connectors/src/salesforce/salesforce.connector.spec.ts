import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCrmRecord, anEffect } from '../testing/index.ts';
import { installedAs, vendorSuite, type VendorSuite } from '../testing/vendor-suite.ts';
import { salesforce } from './salesforce.connector.ts';

const vendor: VendorSuite = {
  definition: salesforce,
  simulator: 'salesforce',
  kind: 'crm.upsert',
  settings: (url) => ({ URL: url, CLIENT_ID: 'app', CLIENT_SECRET: 'secret' }),
  content: aCrmRecord,
  applying: { path: '/sobjects/Task/', method: 'PATCH' },
};

vendorSuite(vendor);

describe('Salesforce', () => {
  let simulators: RunningSimulators;
  beforeAll(async () => {
    simulators = await startSimulators();
  });
  afterAll(() => simulators.close());
  const connected = () => installedAs(vendor, { url: simulators.addressOf('salesforce'), timeoutMs: 2_000 });
  const record = (content = aCrmRecord()) =>
    anEffect({ kind: 'crm.upsert', target: 'salesforce', content: { ...content } });

  it('has one lead for an address and a task for each inquiry, however many write at once', async () => {
    const connector = await connected();
    const content = aCrmRecord();
    const effects = Array.from({ length: 4 }, () => record(content));
    const results = await Promise.all(effects.map((effect) => connector.perform(effect)));
    expect(new Set(results.map(({ parts }) => parts?.['lead'])).size).toBe(1);
    expect(new Set(results.map(({ parts }) => parts?.['task'])).size).toBe(4);
    const { applied } = await simulators.journal('salesforce');
    expect(applied[`Lead:${content.person.email}`]).toBe(1);
    const { Lead = [], Task = [] } = await simulators.objects('salesforce');
    expect(Lead.find(({ Email: email }) => email === content.person.email)).toMatchObject({
      FirstName: 'Jane',
      LastName: 'van Doe',
    });
    expect(Task.at(-1)).toMatchObject({ Subject: 'Fifty seats', Priority: 'High', ActivityDate: '2026-01-05' });
  });

  it('takes somebody without a name and a company, for which Salesforce wants both', async () => {
    const { person, ...rest } = aCrmRecord({ company: null });
    const result = await (await connected()).perform(record({ ...rest, person: { ...person, name: null } }));
    expect(result).toMatchObject({ kind: 'confirmed' });
  });

  it('gets another token when the one it has is refused', async () => {
    const connector = await connected();
    expect(await connector.perform(record())).toMatchObject({ kind: 'confirmed' });
    await simulators.setFaults('salesforce', { faults: [{ path: '/sobjects/', status: 401, count: 1 }] });
    const effect = record();
    expect(await connector.perform(effect)).toMatchObject({ kind: 'misconfigured', reason: 'http-401' });
    expect(await connector.perform(effect)).toMatchObject({ kind: 'confirmed' });
    const tokens = (await simulators.journal('salesforce')).entries.filter(({ path }) => path.endsWith('/token'));
    expect(tokens.length).toBeGreaterThan(1);
  });

  it('whose app is refused says which settings to mend', async () => {
    await simulators.refuseAccess('salesforce', true);
    expect(await (await connected()).check?.([])).toMatchObject({
      faults: [
        { reason: 'credentials-refused', mend: expect.stringContaining('SLUICE_SALESFORCE_CLIENT_ID') as unknown },
      ],
    });
    await simulators.refuseAccess('salesforce', false);
  });
});
