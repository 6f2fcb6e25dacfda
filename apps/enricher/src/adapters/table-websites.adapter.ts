import { truncate } from '@sluice/kernel';
import type { Provider } from '../ports/provider.port.ts';

/** Home pages' texts from a table: for installations that may not visit strangers' sites, and for tests. */
export const tableWebsites = (texts: Readonly<Record<string, string>>): Provider<string> => {
  const byHost = new Map(Object.entries(texts));
  return {
    name: 'website-table',
    find: async (host, { maxCharacters }) => {
      const text = byHost.get(host);
      return text === undefined ? { status: 'not-found' } : { status: 'found', value: truncate(text, maxCharacters) };
    },
  };
};
