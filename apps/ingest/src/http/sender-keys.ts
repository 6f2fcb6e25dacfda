import { Secret } from '@sluice/kernel';
import { z } from 'zod';

/** What a sender shows that it is: the secret that it signs with, or its bearer token. */
export interface SenderKey {
  readonly secret: Secret;
  /** The sources it may speak for; null: every one. */
  readonly sources: ReadonlySet<string> | null;
}

export const maySpeakFor = ({ sources }: Pick<SenderKey, 'sources'>, source: string): boolean =>
  sources === null || sources.has(source);

/** What a source may be called. */
export const SOURCE = /^[a-z0-9][a-z0-9_.-]{0,62}$/u;
const ALL = '*';

const sourcesOf = (text: string): SenderKey['sources'] | undefined => {
  if (text === ALL) return null;
  const names = text.split('+');
  return names.every((name) => SOURCE.test(name)) ? new Set(names) : undefined;
};

/** The sources stand before the first colon; a key without one is for all. */
const keyOf = (entry: string): SenderKey | null => {
  const colon = entry.indexOf(':');
  const sources = sourcesOf(colon === -1 ? ALL : entry.slice(0, colon));
  const value = entry.slice(colon + 1);
  return sources === undefined || value === '' ? null : { secret: new Secret(value), sources };
};

const HOW =
  'separated by commas, each <source>+<source>:<key>, or *:<key> for one that may speak for every source; two of the same sources while one is rotated';

/** Keys of senders in the environment. A fault says which entry it is, and shows none. */
export const senderKeys = (what: string) =>
  z
    .string()
    .transform((text, context): readonly SenderKey[] => {
      const entries = text
        .split(',')
        .map((entry) => entry.trim())
        .filter(Boolean);
      const keys = entries.map(keyOf);
      for (const [at, key] of keys.entries())
        if (key === null)
          context.addIssue(`entry ${at + 1} names no sources before its colon, or no key after it: ${HOW}`);
      return keys.filter((key) => key !== null);
    })
    .describe(`${what}, ${HOW}`);
