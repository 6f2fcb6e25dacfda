import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCrmRecord, anEffect } from '../testing/index.ts';
import { installedAs, vendorSuite, type VendorSuite } from '../testing/vendor-suite.ts';
import { pipedrive } from './pipedrive.connector.ts';

const vendor: VendorSuite = {
  definition: pipedrive,
  simulator: 'pipedrive',
  kind: 'crm.upsert',
  settings: (url) => ({ TOKEN: 'secret', DEAL_FIELD: '5'.repeat(40), URL: url }),
  content: aCrmRecord,
  applying: { path: '/api/v2/deals', method: 'POST' },
};

vendorSuite(vendor);

describe('Pipedrive', () => {
  let simulators: RunningSimulators;
  beforeAll(async () => {
    simulators = await startSimulators();
  });
  afterAll(() => simulators.close());
  const connected = () => installedAs(vendor, { url: simulators.addressOf('pipedrive'), timeoutMs: 2_000 });
  const record = (content = aCrmRecord()) =>
    anEffect({ kind: 'crm.upsert', target: 'pipedrive', content: { ...content } });

  it('gets person, organisation, deal and note, each with its receipt', async () => {
    const effect = record();
    const result = await (await connected()).perform(effect);
    expect(Object.keys(result.parts ?? {})).toEqual(['organization', 'person', 'deal', 'note']);
    const { deals = [], notes = [] } = await simulators.objects('pipedrive');
    const deal = deals.find(({ id }) => id === result.parts?.['deal']);
    expect(deal).toMatchObject({ title: 'Fifty seats', person_id: Number(result.parts?.['person']) });
    expect(notes.at(-1)).toMatchObject({ deal_id: Number(result.parts?.['deal']) });
  });

  it('has no second person, organisation or deal while one is open and young enough, and a note for each inquiry', async () => {
    const connector = await connected();
    const content = aCrmRecord();
    const [first, second] = [await connector.perform(record(content)), await connector.perform(record(content))];
    const { note: one, ...same } = first.parts ?? {};
    const { note: other, ...again } = second.parts ?? {};
    expect(again).toEqual(same);
    expect(other).not.toBe(one);
  });

  it('has no deal where none is wanted', async () => {
    const result = await (await connected()).perform(record(aCrmRecord({ deal: null })));
    expect(Object.keys(result.parts ?? {})).toEqual(['organization', 'person', 'note']);
  });
});
