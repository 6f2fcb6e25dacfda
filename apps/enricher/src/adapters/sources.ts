import { z } from 'zod';
import type { Company } from '../domain/company.ts';
import type { Lookup } from '../ports/lookup.port.ts';
import type { Provider } from '../ports/provider.port.ts';
import { cachedLookup, type AnswerStore } from './cached-lookup.adapter.ts';
import { companyRecord } from './company-record.ts';
import { httpCompanies } from './http-companies.adapter.ts';
import { httpWebsites } from './http-websites.adapter.ts';
import { readCompanies, readWebsiteTexts } from './read-table.ts';
import { tableCompanies } from './table-companies.adapter.ts';
import { tableWebsites } from './table-websites.adapter.ts';

/** Where facts about companies come from. */
export interface SourceChoice {
  readonly firmographics: { readonly url: string; readonly apiKey: string | null } | null;
  readonly companiesFile: string | null;
  readonly websiteTextsFile: string | null;
  readonly websiteBaseUrl: string | null;
  readonly allowedNetworks: readonly string[];
}

/** A provider that fails for one domain will fail for the next: it gets a rest. */
const PROVIDER_BREAKER = { failures: 5, restMs: 10_000 };

const companyProvider = ({ firmographics, companiesFile }: SourceChoice): Provider<Company> =>
  firmographics
    ? httpCompanies(firmographics)
    : tableCompanies(companiesFile === null ? [] : readCompanies(companiesFile));

const websiteProvider = ({
  websiteTextsFile,
  websiteBaseUrl,
  allowedNetworks,
}: SourceChoice): Provider<string> & { close?(): Promise<void> } =>
  websiteTextsFile === null
    ? httpWebsites({ baseUrl: websiteBaseUrl, allowedNetworks })
    : tableWebsites(readWebsiteTexts(websiteTextsFile));

export interface Sources {
  readonly companies: Lookup<Company>;
  readonly websites: Lookup<string>;
  /** Who is asked, for people: `/readyz` shows it. */
  readonly names: { readonly companies: string; readonly websites: string };
  close(): Promise<void>;
}

/** The configured providers, each behind its own cache. A dead site says nothing about the next, so sites have no common breaker. */
export const openSources = (
  choice: SourceChoice,
  stores: { readonly companies: AnswerStore; readonly websites: AnswerStore },
): Sources => {
  const companies = companyProvider(choice);
  const websites = websiteProvider(choice);
  return {
    companies: cachedLookup({
      provider: companies,
      store: stores.companies,
      schema: companyRecord,
      breaker: PROVIDER_BREAKER,
    }),
    websites: cachedLookup({ provider: websites, store: stores.websites, schema: z.string(), breaker: null }),
    names: { companies: companies.name, websites: websites.name },
    close: async () => websites.close?.(),
  };
};
