import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aCrmRecord, anEffect } from '../testing/index.ts';
import { installedAs, vendorSuite, type VendorSuite } from '../testing/vendor-suite.ts';
import { createHubSpotProperties } from '../testing/hubspot-properties.ts';
import { hubspot } from './hubspot.connector.ts';

const vendor: VendorSuite = {
  definition: hubspot,
  simulator: 'hubspot',
  kind: 'crm.upsert',
  settings: (url) => ({ TOKEN: 'pat-1', URL: url }),
  content: aCrmRecord,
  applying: { path: '/objects/deals', method: 'POST' },
  prepare: createHubSpotProperties,
};

vendorSuite(vendor);

describe('HubSpot', () => {
  let simulators: RunningSimulators;
  beforeAll(async () => {
    simulators = await startSimulators();
    await createHubSpotProperties(simulators);
  });
  afterEach(async () => {
    await simulators.clearFaults('hubspot');
    await simulators.refuseAccess('hubspot', false);
  });
  afterAll(() => simulators.close());
  const connected = () => installedAs(vendor, { url: simulators.addressOf('hubspot'), timeoutMs: 2_000 });
  const record = (over: object = {}) =>
    anEffect({ kind: 'crm.upsert', target: 'hubspot', content: aCrmRecord(), ...over });
  const stored = async (type: string) => (await simulators.objects('hubspot'))[type] ?? [];
  const applied = async (key: string) => (await simulators.journal('hubspot')).applied[key] ?? 0;

  it('gets contact, company and deal, how they belong together, a note and a task, each with its receipt', async () => {
    const effect = record();
    const result = await (await connected()).perform(effect);
    expect(result).toMatchObject({ kind: 'confirmed' });
    expect(Object.keys(result.parts ?? {})).toEqual([
      'contact',
      'details',
      'company',
      'contact-company',
      'deal',
      'deal-contact',
      'deal-company',
      'note',
      'task',
    ]);
    expect(result).toMatchObject({ providerId: result.parts?.['deal'] });
    const { person } = aCrmRecordOf(effect);
    expect((await stored('contacts')).find(({ email }) => email === person.email)).toMatchObject({
      firstname: 'Jane',
      lastname: 'van Doe',
      phone: '+15550100',
    });
    expect((await stored('deals')).find(({ id }) => id === result.parts?.['deal'])).toMatchObject({
      dealname: 'Fifty seats',
    });
    expect((await stored('tasks')).at(-1)).toMatchObject({
      hs_task_priority: 'HIGH',
      hs_timestamp: '2026-01-05T10:00:00.000Z',
    });
  });

  it('has one contact and one company however many of them write at once, though its search knows neither yet (T-18)', async () => {
    await fetch(`${simulators.url}/__sim/hubspot/settings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ searchDelayMs: 60_000 }),
    });
    const connector = await connected();
    const content = aCrmRecord({ deal: null });
    const results = await Promise.all(Array.from({ length: 5 }, () => connector.perform(record({ content }))));
    expect(results.map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => 'confirmed'));
    expect(await applied(`contacts:${content.person.email}`)).toBe(1);
    expect(await applied(`companies:${content.company?.domain}`)).toBe(1);
    expect((await stored('contacts')).filter(({ email }) => email === content.person.email)).toHaveLength(1);
  });

  it('fills in what a contact that was there before lacks, and leaves what people have entered (T-17)', async () => {
    const content = aCrmRecord({ deal: null });
    const known = await fetch(`${simulators.addressOf('hubspot')}/crm/v3/objects/contacts`, {
      method: 'POST',
      headers: { authorization: 'Bearer pat-1', 'content-type': 'application/json' },
      body: JSON.stringify({ properties: { email: content.person.email, firstname: 'J.' }, associations: [] }),
    });
    expect(known.status).toBe(201);
    expect(await (await connected()).perform(record({ content }))).toMatchObject({ kind: 'confirmed' });
    expect((await stored('contacts')).filter(({ email }) => email === content.person.email)).toMatchObject([
      { firstname: 'J.', lastname: 'van Doe', phone: '+15550100' },
    ]);
  });

  it('has no second deal while one of the same company is open and young enough', async () => {
    const connector = await connected();
    const content = aCrmRecord();
    const first = await connector.perform(record({ content }));
    const second = await connector.perform(
      record({ content: { ...content, person: { ...content.person, email: `other.${content.person.email}` } } }),
    );
    expect(second.parts?.['deal']).toBe(first.parts?.['deal']);
    const old = { ...content, deal: { openWindowDays: 0, pipeline: null, stage: null } };
    const later = new Date(Date.now() + 60_000).toISOString();
    const third = await connector.perform({ ...record({ content: old }), requestedAt: later });
    expect(third.parts?.['deal']).not.toBe(first.parts?.['deal']);
  });

  it('has a second deal once the first is closed', async () => {
    const connector = await connected();
    const content = aCrmRecord({ deal: { openWindowDays: 45, pipeline: 'default', stage: 'closedwon' } });
    const [first, second] = [
      await connector.perform(record({ content })),
      await connector.perform(record({ content })),
    ];
    expect(second.parts?.['deal']).not.toBe(first.parts?.['deal']);
  });

  it('keeps what was made when an association fails, and makes that alone afterwards', async () => {
    const connector = await connected();
    const effect = record();
    await simulators.setFaults('hubspot', { faults: [{ path: '/associations/default/', status: 503, count: 1 }] });
    const first = await connector.perform(effect);
    expect(first.kind).toBe('retry');
    expect(Object.keys(first.parts ?? {})).toEqual(['contact', 'details', 'company']);
    expect(await connector.perform({ ...effect, parts: first.parts ?? {} })).toMatchObject({ kind: 'confirmed' });
    const { person, company } = aCrmRecordOf(effect);
    expect(await applied(`contacts:${person.email}`)).toBe(1);
    expect(await applied(`companies:${company?.domain}`)).toBe(1);
    expect(await applied(effect.effectId)).toBe(1);
  });

  it('without our property says which to create, before an effect is lost and when one is there', async () => {
    await simulators.forgetObjects('hubspot');
    const connector = await connected();
    const fault = { target: null, reason: 'property-missing', mend: expect.stringContaining('sluice_key') as unknown };
    expect(await connector.check?.([])).toEqual({ kind: 'checked', faults: [fault] });
    expect(await connector.perform(record())).toMatchObject({ kind: 'misconfigured', reason: 'property-missing' });
    await createHubSpotProperties(simulators);
    expect(await connector.check?.([])).toEqual({ kind: 'checked', faults: [] });
  });

  it('whose token is refused says so', async () => {
    await simulators.refuseAccess('hubspot', true);
    expect(await (await connected()).check?.([])).toMatchObject({
      faults: [{ reason: 'http-401', mend: expect.stringContaining('SLUICE_HUBSPOT_TOKEN') as unknown }],
    });
  });
});

const aCrmRecordOf = ({ content }: { readonly content: unknown }) => content as ReturnType<typeof aCrmRecord>;
