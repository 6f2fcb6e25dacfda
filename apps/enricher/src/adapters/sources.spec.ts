import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryCache } from '@sluice/cache';
import { startSimulators } from '@sluice/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { someTerms } from '../testing/a-policy.ts';
import { openSources, type SourceChoice } from './sources.ts';

const signal = new AbortController().signal;
const nothing: SourceChoice = {
  firmographics: null,
  companiesFile: null,
  websiteTextsFile: null,
  websiteBaseUrl: null,
  allowedNetworks: [],
};
const ask = { terms: someTerms, maxCharacters: 1000, signal };

describe('the configured sources', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const open = (choice: Partial<SourceChoice>) =>
    openSources({ ...nothing, ...choice }, { companies: memoryCache(), websites: memoryCache() });
  const file = (content: unknown): string => {
    const path = join(folder, `${Math.random()}.json`);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };

  it('are providers over HTTP where their addresses are given', async () => {
    const simulators = await startSimulators();
    const sources = open({
      firmographics: { url: simulators.addressOf('firmographics'), apiKey: null },
      websiteBaseUrl: simulators.addressOf('website'),
    });
    expect(await sources.companies.lookUp('acme.example', ask)).toMatchObject({
      provider: 'firmographics',
      status: 'found',
      value: { name: 'Acme Corporation', employees: 1200 },
    });
    expect(await sources.websites.lookUp('acme.example', ask)).toMatchObject({ provider: 'website', status: 'found' });
    await sources.close();
    await simulators.close();
  });

  it('are tables where files are given', async () => {
    const sources = open({
      companiesFile: 'apps/enricher/data/companies.json',
      websiteTextsFile: file({ 'acme.example': 'We make everything.' }),
    });
    expect(await sources.companies.lookUp('quietco.example', ask)).toMatchObject({
      provider: 'company-table',
      status: 'found',
      value: { name: 'Quietco', employees: null },
    });
    expect(await sources.websites.lookUp('acme.example', ask)).toMatchObject({
      provider: 'website-table',
      status: 'found',
      value: 'We make everything.',
    });
    await sources.close();
  });

  it('refuse a table with the place of its fault', () => {
    expect(() => open({ companiesFile: file([{ domain: 'a.example', employees: -1 }]) })).toThrow(/employees/);
  });

  it('know no company where nothing is configured', async () => {
    const sources = open({ websiteTextsFile: file({}) });
    expect(await sources.companies.lookUp('acme.example', ask)).toMatchObject({ status: 'not-found', value: null });
  });
});
