import type { Found, PersonalDataKind } from './found.ts';

/**
 * Which token stands for whom in one conversation: the same person has the same token, two people never share one.
 * Kept as digests, so that it can be stored without holding what it hides.
 */
export interface TokenBook {
  /** `[EMAIL_1]` for the first address of the conversation, and so on by kind. */
  tokenOf(found: Pick<Found, 'kind' | 'identity'>): string;
  /** What a later message of the conversation needs to go on with the same tokens. */
  entries(): TokenBookEntries;
}
export type TokenBookEntries = Readonly<Record<string, number>>;

interface TokenBookOptions {
  /** One way: a keyed digest under the brand's secret, or anything stable in tests. */
  readonly digest: (identity: string) => string;
  readonly entries?: TokenBookEntries;
}

export const tokenBook = ({ digest, entries = {} }: TokenBookOptions): TokenBook => {
  const numbers = new Map<string, number>(Object.entries(entries));
  const highest = new Map<string, number>();
  for (const [key, number] of numbers) {
    const kind = key.slice(0, key.indexOf(':'));
    highest.set(kind, Math.max(highest.get(kind) ?? 0, number));
  }
  const next = (kind: PersonalDataKind): number => {
    const number = (highest.get(kind) ?? 0) + 1;
    highest.set(kind, number);
    return number;
  };
  return {
    tokenOf({ kind, identity }) {
      const key = `${kind}:${digest(identity)}`;
      const number = numbers.get(key) ?? next(kind);
      numbers.set(key, number);
      return `[${kind}_${number}]`;
    },
    entries: () => Object.fromEntries(numbers),
  };
};
