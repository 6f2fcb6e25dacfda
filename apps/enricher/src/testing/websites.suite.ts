import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Provider } from '../ports/provider.port.ts';

interface Opened {
  readonly provider: Provider<string>;
  close(): Promise<void>;
}

/** What every provider of home pages must do. It is opened knowing a page of `initech.example` that holds "Initech works in software". */
export const websitesSuite = (name: string, open: () => Promise<Opened>): void => {
  describe(`${name} as a provider of home pages`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());
    const find = (host: string, maxCharacters = 1000) =>
      opened.provider.find(host, { signal: AbortSignal.timeout(5000), maxCharacters });

    it("gives a page's text", async () => {
      const finding = await find('initech.example');
      expect(finding).toMatchObject({ status: 'found', value: expect.stringContaining('Initech works in software') });
    });

    it('gives no more of it than is asked for', async () => {
      const finding = await find('initech.example', 10);
      expect(finding.status === 'found' ? finding.value.length : 0).toBe(10);
    });

    it('says that there is none', async () => {
      expect(await find('nobody.example')).toEqual({ status: 'not-found' });
    });
  });
};
