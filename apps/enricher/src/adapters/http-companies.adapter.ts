import { fetch } from 'undici';
import type { Company } from '../domain/company.ts';
import type { Finding, Provider } from '../ports/provider.port.ts';
import { companyRecord } from './company-record.ts';
import { readCapped } from './read-capped.ts';

export interface HttpCompaniesOptions {
  /** Base address of the provider; `/v1/companies/<domain>` is asked below it. */
  readonly url: string;
  /** Sent as a bearer token; null for providers that want none. */
  readonly apiKey: string | null;
}

/** No company is described at greater length. */
const MAX_BYTES = 256 * 1024;

const recordOf = (text: string): Finding<Company> => {
  const { data } = companyRecord.safeParse(jsonOf(text));
  return data ? { status: 'found', value: data } : { status: 'failed', because: 'malformed' };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** Companies from a firmographics provider over HTTP. The address is the operator's own choice, so it is not guarded. */
export const httpCompanies = ({ url, apiKey }: HttpCompaniesOptions): Provider<Company> => {
  const base = url.replace(/\/+$/, '');
  const headers = { accept: 'application/json', ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }) };
  return {
    name: 'firmographics',
    async find(domain, { signal }) {
      try {
        const response = await fetch(`${base}/v1/companies/${encodeURIComponent(domain)}`, {
          headers,
          signal,
          redirect: 'error',
        });
        const text = (await readCapped(response.body, MAX_BYTES)).toString('utf8');
        if (response.status === 404) return { status: 'not-found' };
        return response.ok ? recordOf(text) : { status: 'failed', because: `status ${response.status}` };
      } catch {
        return { status: 'failed', because: signal.aborted ? 'timeout' : 'unreachable' };
      }
    },
  };
};
