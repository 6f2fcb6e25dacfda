import type { Found, PersonalDataKind } from './found.ts';

/**
 * Which token stands for whom in one conversation: the same person has the same token, two people never share one.
 * Kept as digests, so that it can be stored without holding what it hides.
 */
export interface TokenBook {
  /** `[EMAIL_1]` for the first address of the conversation, and so on by kind. */
  tokenOf(found: Pick<Found, 'kind' | 'identity'>): string;
  /** Takes in what another process gave out for this conversation; what is known here already stays as it is. */
  learn(entries: TokenBookEntries): void;
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
  const numbers = new Map<string, number>();
  const highest = new Map<string, number>();
  const learn = (known: TokenBookEntries): void => {
    for (const [key, number] of Object.entries(known)) {
      const kind = key.slice(0, key.indexOf(':'));
      if (!numbers.has(key)) numbers.set(key, number);
      highest.set(kind, Math.max(highest.get(kind) ?? 0, number));
    }
  };
  learn(entries);
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
    learn,
    entries: () => Object.fromEntries(numbers),
  };
};
