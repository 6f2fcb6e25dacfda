import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Company } from '../domain/company.ts';
import type { Provider } from '../ports/provider.port.ts';

/** Known to every directory that the suite is run with. */
export const initech: Company = {
  domain: 'initech.example',
  name: 'Initech',
  employees: 240,
  industry: 'software',
  country: 'US',
};
export const quietco: Company = {
  domain: 'quietco.example',
  name: 'Quietco',
  employees: null,
  industry: null,
  country: null,
};

interface Opened {
  readonly provider: Provider<Company>;
  close(): Promise<void>;
}

/** What every provider of companies must do. It is opened knowing `initech` and `quietco`. */
export const companiesSuite = (name: string, open: () => Promise<Opened>): void => {
  describe(`${name} as a provider of companies`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());
    const find = (domain: string) =>
      opened.provider.find(domain, { signal: AbortSignal.timeout(5000), maxCharacters: 1000 });

    it('finds a company by its domain', async () => {
      expect(await find('initech.example')).toEqual({ status: 'found', value: initech });
    });

    it('gives null for what is not known of a company', async () => {
      expect(await find('quietco.example')).toEqual({ status: 'found', value: quietco });
    });

    it.each(['nobody.example', 'no/slash.example', '../companies', '%2e%2e', 'ключ.example'])(
      'says that %s is not known',
      async (domain) => {
        expect(await find(domain)).toEqual({ status: 'not-found' });
      },
    );

    it('has a name', () => {
      expect(opened.provider.name).toMatch(/^[a-z][a-z-]+$/);
    });
  });
};
