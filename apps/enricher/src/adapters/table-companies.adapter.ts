import type { Company } from '../domain/company.ts';
import type { Provider } from '../ports/provider.port.ts';

/** Companies from a table of one's own: the demo's, or a customer list that needs no provider. */
export const tableCompanies = (companies: readonly Company[]): Provider<Company> => {
  const byDomain = new Map(companies.map((company) => [company.domain, company]));
  return {
    name: 'company-table',
    find: async (domain) => {
      const value = byDomain.get(domain);
      return value ? { status: 'found', value } : { status: 'not-found' };
    },
  };
};
