import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anEffect, aRow } from '../testing/index.ts';
import { installedAs, vendorSuite, type VendorSuite } from '../testing/vendor-suite.ts';
import { airtable } from './airtable.connector.ts';

const vendor: VendorSuite = {
  definition: airtable,
  simulator: 'airtable',
  kind: 'table.row',
  settings: (url) => ({ TOKEN: 'pat.1', BASE: 'appSluice', URL: url }),
  content: aRow,
  applying: { path: '/Tickets', method: 'PATCH' },
};

vendorSuite(vendor);

describe('Airtable', () => {
  let simulators: RunningSimulators;
  beforeAll(async () => {
    simulators = await startSimulators();
  });
  afterAll(() => simulators.close());
  const connected = (base = 'appSluice') =>
    installedAs(
      { ...vendor, settings: (url) => ({ TOKEN: 'pat.1', BASE: base, URL: url }) },
      { url: simulators.addressOf('airtable'), timeoutMs: 2_000 },
    );
  const row = (over: object = {}) => anEffect({ kind: 'table.row', target: 'airtable', content: aRow(), ...over });

  it('gets a row with the columns of the document (A-08)', async () => {
    const effect = row();
    await (await connected()).perform(effect);
    const found = (await simulators.objects('airtable'))['Tickets']?.find(
      ({ ticket_id: id }) => id === effect.effectId,
    );
    expect(found).toMatchObject({
      status: 'New',
      category: 'sales',
      priority: 'high',
      subject: 'Fifty seats',
      company: expect.stringContaining('Customer & Sons') as unknown,
      due_at: '2026-01-05T10:00:00.000Z',
      confidence: 0.9,
      fields_json: '{"seats":"50"}',
    });
  });

  it('has one row of an effect, however many write it at once', async () => {
    const connector = await connected();
    const effect = row();
    await Promise.all(Array.from({ length: 5 }, () => connector.perform(effect)));
    expect((await simulators.journal('airtable')).applied[effect.effectId]).toBe(1);
  });

  it('that is too busy is left alone, at no cost', async () => {
    await fetch(`${simulators.url}/__sim/airtable/pace`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ perSecond: 5, restMs: 200 }),
    });
    const connector = await connected();
    const results = await Promise.all(Array.from({ length: 10 }, () => connector.perform(row())));
    expect(new Set(results.map(({ kind }) => kind))).toContain('retry');
    expect(results.every((one) => one.kind !== 'retry' || !one.spendsTry)).toBe(true);
  });

  it('without such a base says what to look at', async () => {
    const result = await (await connected('appElse')).perform(row());
    expect(['misconfigured', 'retry']).toContain(result.kind);
  });
});
